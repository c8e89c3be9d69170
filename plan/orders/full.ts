import type { CloudFacts } from '../../catalog/facts';
import type { Plan } from '../../schema/plan';
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
import { tidyUp } from '../blocks/tidy-up';
import { proveRecorded, verify } from '../blocks/verify';
import { drawUp, dumpSecondsOf, loadsBesidePackages, type UpgradeKind } from '../draw-up';
import { fullOrderOf } from '../scope/full-order';
import { type Scope, schemaNamesIn } from '../scope/scope';
import { type PlanSubject } from '../scope/subject';
import { workInFlightFindings } from '../findings/database';
import { acceptedByName } from '../findings/rolling-work';
import { fullOrderFindings } from '../findings/full-order';
import { openEarlyFindings } from '../findings/open-early';
import { stagedOrder } from './staged';

/**
 * Plans the full (cold, host-wide) upgrade (R-OPS-42..44, R-HEAT-4, R-HEAT-5), in the order in which the APIs are closed for less time
 * or in the one that the request wants. Pure: the same cloud in the same state gives the same plan, but for the run's id.
 */
export function planFull(subject: PlanSubject): Plan {
  return drawUp({ subject, upgrade: full });
}

const full: UpgradeKind = {
  kind: 'full',
  findings: ({ scope, facts, services, request }) => [
    ...facts.hosts.flatMap((host) => workInFlightFindings({ host, services })),
    ...services.flatMap((service) =>
      service.rolling === null ? [] : acceptedByName({ facts, service, rolling: service.rolling }),
    ),
    ...openEarlyFindings({ scope }),
    ...fullOrderFindings({ scope, request }),
  ],
  phases: ({ scope, facts, request }) => {
    const dumpSeconds = dumpSecondsOf(facts);
    const order = fullOrderOf({ scope, request });
    return {
      phases: 'staged' in order ? stagedOrder({ ...order, dumpSeconds }) : allAtOnce({ scope, facts, dumpSeconds }),
      finally: tidyUp({ scope }),
    };
  },
};

/** Everything stops, every host gets its packages, everything starts. */
function allAtOnce(options: { scope: Scope; facts: CloudFacts; dumpSeconds: number }): Ordered[] {
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
