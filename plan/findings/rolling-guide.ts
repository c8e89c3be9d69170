import type { CloudFacts } from '../../catalog/facts';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { GuideScope } from '../scope/rolling-scope';
import { finding } from './finding';
import { roomOn } from './rolling-room';

/** What the guide's order risks against the one with a side engine, and whether it has to be risked here. */
export function guideFindings(options: { rolling: GuideScope; facts: CloudFacts }): Finding[] {
  const { rolling } = options;
  const { lead, rolling: service, scoped } = rolling;
  const { noun } = service.work;
  const engineHosts = scoped.unitHosts[service.engineUnit] ?? [];
  const roomy = engineHosts.findLast((host) => roomOn({ ...options, host }).enough);
  const agree = `agree with the users on an hour in which nobody starts a ${noun}, and accept`;
  return [
    finding({
      what: 'engine-stops-in-use',
      level: 'warning',
      text:
        `In the guide's order ${service.engineUnit} on ${listed(lead.engines)} stops while users reach its vhost. It waits until no ${noun} of the ` +
        `cloud is in progress; a ${noun} that is started in the half minute it then needs may stay in progress forever. With a side engine there is no such moment.`,
      remedy:
        roomy === undefined
          ? `No host has room for a second engine, so this order is right: ${agree}.`
          : `${roomy} has room for a second engine: leave out options.rolling.order, or name it in options.rolling.keeper. Else ${agree}.`,
      sources: ['R-HEAT-24', 'R-HEAT-29', 'fact 11', 'trap 49'],
    }),
  ];
}
