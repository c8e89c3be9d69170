import type { Plan } from '../../schema/plan';
import { tidyUp } from '../blocks/tidy-up';
import { drawUp, type UpgradeKind } from '../draw-up';
import { workInFlightFindings } from '../findings/database';
import { fullOrderBlockers, fullOrderNote } from '../findings/full-order';
import { openEarlyFindings } from '../findings/open-early';
import { acceptedByName } from '../findings/rolling-work';
import type { PlanSubject } from '../scope/subject';
import { chooseFullOrder } from './choose-full-order';

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
    ...fullOrderBlockers({ scope, wanted: request.options.full?.order }),
  ],
  phases: (subject) => {
    const { phases, ...order } = chooseFullOrder(subject);
    return { phases, finally: tidyUp({ scope: subject.scope }), notes: [fullOrderNote(order)] };
  },
};
