import type { Plan } from '../schema/plan';
import { drawUp, dumpSecondsOf, type PlanSubject, type UpgradeKind } from './draw-up';
import { workInFlightFindings } from './findings/database';
import { tidyUp } from './phases/finally';
import { configure, install, migrate } from './phases/middle';
import { nothingToUndo, restoredBy, undoneBy } from './phases/phase';
import { prepare } from './phases/prepare';
import { open, start, verify } from './phases/start';
import { stop } from './phases/stop';
import { proveRecorded, undoInstall, undoStop } from './phases/undo-full';

/**
 * Plans the full (cold, host-wide) upgrade: stop all, new packages once a host, schemas in order, start and prove in
 * order (R-OPS-42..44, R-HEAT-4, R-HEAT-5). Pure: the same cloud in the same
 * state gives the same plan, but for the run's id.
 */
export function planFull(subject: PlanSubject): Plan {
  return drawUp({ subject, upgrade: full });
}

const full: UpgradeKind = {
  kind: 'full',
  findings: ({ facts, services }) => facts.hosts.flatMap((host) => workInFlightFindings({ host, services })),
  phases: ({ scope, facts }) => {
    const dumpSeconds = dumpSecondsOf(facts);
    const schemas = scope.services.map(({ database }) => database.name);
    // A service that others need opens before the gate of the last phase: from then on users can write.
    const opensEarly = scope.services.length > 1;
    return {
      phases: [
        undoneBy(prepare({ scope, dumpSeconds }), proveRecorded({ scope })),
        undoneBy(stop({ scope, dumpSeconds }), undoStop({ scope })),
        undoneBy(install({ scope }), undoInstall({ scope })),
        nothingToUndo(configure({ scope })),
        restoredBy(migrate({ scope }), { schemas, loses: 'nothing' }),
        ...[start({ scope }), verify({ scope })].map((drawn) =>
          restoredBy(drawn, { schemas, loses: opensEarly ? 'writes since opening' : 'nothing' }),
        ),
        restoredBy(open({ scope }), { schemas, loses: 'writes since opening' }),
      ],
      finally: tidyUp({ scope }),
    };
  },
};
