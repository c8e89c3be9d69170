import type { CloudFacts } from '../../catalog/facts';
import { configure } from '../blocks/configuration';
import { restartOthers, undoRestartOthers } from '../blocks/other-units';
import { leftovers, open, reachedEarly } from '../blocks/open';
import { install, undoInstall } from '../blocks/packages';
import { nothingToUndo, type Ordered, restoredBy, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { lossPreview, restore, restoreOpened } from '../blocks/restore';
import { beginLoads, finalDumpsLoaded, loadFinalDumps } from '../blocks/restore-point';
import { migrate, codeAtRest } from '../blocks/schema';
import { start } from '../blocks/start';
import { undoStop } from '../blocks/start-installed';
import { stop } from '../blocks/stop';
import { prove, proveRecorded, verify } from '../blocks/verify';
import { loadsBesidePackages } from '../draw-up';
import { type Scope, schemaNamesIn } from '../scope/scope';

/** Everything stops, every host gets its packages, everything starts. */
export function allAtOnce(options: { scope: Scope; facts: CloudFacts; dumpSeconds: number }): Ordered[] {
  const { scope, facts, dumpSeconds } = options;
  const schemas = schemaNamesIn(scope);
  // Where users reach a service that others need, they can write before the gate of the last phase.
  const written = schemas.length === 0 ? 'nothing' : 'writes since opening';
  const loses = reachedEarly(scope).length > 0 ? written : 'nothing';
  const phases = restore({ scope, dumpSeconds });
  const preview = lossPreview({ scope });
  const opened = { schemas, loses: written, phases: restoreOpened({ scope, dumpSeconds }), preview } as const;
  const beside = loadsBesidePackages(facts);
  const early = beside ? [finalDumpsLoaded({ scope, dumpSeconds })] : [];
  const late = beside ? [] : loadFinalDumps({ scope, dumpSeconds });
  // Before the first migration no schema has changed and nobody could write since the stop: nothing is lost by an undo.
  return [
    undoneBy(prepare({ scope, dumpSeconds }), proveRecorded({ scope })),
    undoneBy(
      stop({ scope, dumpSeconds, load: beside ? beginLoads({ scope }) : [] }),
      ...undoStop({ scope }),
      ...undoRestartOthers({ scope }),
    ),
    undoneBy(install({ scope }), undoInstall({ scope })),
    nothingToUndo(configure({ scope })),
    restoredBy(migrate({ scope, before: early, looks: codeAtRest({ scope }) }), {
      schemas,
      loses: 'nothing',
      phases,
      preview: null,
    }),
    ...[start({ scope }), ...restartOthers({ scope }), verify({ scope })].map((drawn) =>
      restoredBy(drawn, { schemas, loses, phases, preview }),
    ),
    ...[open({ scope }), prove({ scope, dumpSeconds, loads: late, last: leftovers({ scope }) })].map((drawn) =>
      restoredBy(drawn, opened),
    ),
  ];
}
