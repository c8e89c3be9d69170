import type { CloudFacts } from '../../catalog/facts';
import { configure } from '../blocks/configuration';
import { restartOthers, undoRestartOthers } from '../blocks/other-units';
import { open, reachedEarly } from '../blocks/open';
import { install, undoInstall } from '../blocks/packages';
import { nothingToUndo, type Ordered, restoredBy, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { endWork, lossPreview, restore } from '../blocks/restore';
import { finalDumpsLoaded } from '../blocks/restore-point';
import { migrate } from '../blocks/schema';
import { start } from '../blocks/start';
import { undoStop } from '../blocks/start-installed';
import { stop } from '../blocks/stop';
import { proveRecorded, verify } from '../blocks/verify';
import { loadsBesidePackages } from '../draw-up';
import { type Scope, schemaNamesIn } from '../scope/scope';

/** Everything stops, every host gets its packages, everything starts. */
export function allAtOnce(options: { scope: Scope; facts: CloudFacts; dumpSeconds: number }): Ordered[] {
  const { scope, facts, dumpSeconds } = options;
  const schemas = schemaNamesIn(scope);
  // Where users reach a service that others need, they can write before the gate of the last phase.
  const loses = reachedEarly(scope).length > 0 ? 'writes since opening' : 'nothing';
  const phases = restore({ scope, dumpSeconds });
  const preview = lossPreview({ scope });
  const loaded = [finalDumpsLoaded({ scope, dumpSeconds })];
  const [early, late] = loadsBesidePackages(facts) ? [loaded, []] : [[], loaded];
  // Before the first migration no schema has changed and nobody could write since the stop: nothing is lost by an undo.
  return [
    undoneBy(prepare({ scope, dumpSeconds }), proveRecorded({ scope })),
    undoneBy(stop({ scope, dumpSeconds }), ...undoStop({ scope }), ...undoRestartOthers({ scope })),
    undoneBy(install({ scope }), undoInstall({ scope })),
    nothingToUndo(configure({ scope })),
    restoredBy(migrate({ scope, before: early }), { schemas, loses: 'nothing', phases, preview: null }),
    ...[start({ scope }), ...restartOthers({ scope }), verify({ scope, dumpSeconds, loads: late })].map((drawn) =>
      restoredBy(drawn, { schemas, loses, phases, preview }),
    ),
    restoredBy(open({ scope }), {
      schemas,
      loses: 'writes since opening',
      phases: [endWork({ scope, dumpSeconds }), ...phases],
      preview,
    }),
  ];
}
