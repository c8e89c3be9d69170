import type { Plan } from '../schema/plan';
import { drawUp, dumpSecondsOf, type PlanSubject, type UpgradeKind } from './draw-up';
import { workInFlightFindings } from './findings/database';
import { tidyUp } from './phases/finally';
import { configure, install, migrate } from './phases/middle';
import { prepare } from './phases/prepare';
import { open, start, verify } from './phases/start';
import { stop } from './phases/stop';

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
    return {
      phases: [
        prepare({ scope, dumpSeconds }),
        stop({ scope, dumpSeconds }),
        install({ scope }),
        configure({ scope }),
        migrate({ scope }),
        start({ scope }),
        verify({ scope }),
        open({ scope }),
      ],
      finally: tidyUp({ scope }),
    };
  },
};
