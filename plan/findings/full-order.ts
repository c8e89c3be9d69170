import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { Request } from '../../schema/request';
import { fullOrderOf } from '../scope/full-order';
import { hostNames, type Scope } from '../scope/scope';
import { finding } from './finding';

/** In which order a full upgrade goes, and why; who bears the load meanwhile. */
export function fullOrderFindings({ scope, request }: { scope: Scope; request: Request }): Finding[] {
  if (scope.services.length === 0) return [];
  const order = fullOrderOf({ scope, request });
  const wanted = request.options.full?.order;
  if (!('staged' in order)) {
    const refused = wanted === 'staged';
    return [
      finding({
        what: refused ? 'order-not-possible' : 'order-all-at-once',
        level: refused ? 'blocker' : 'note',
        text: `Every host gets its packages while the APIs are closed (allAtOnce). ${order.why}`,
        remedy: refused
          ? 'remove options.full.order from the request, or change what is named.'
          : 'Nothing. The other order, where it is possible: "options": {"full": {"order": "staged"}}.',
        sources: ['R-OPS-42'],
      }),
    ];
  }
  const [lead, rest] = [hostNames(order.staged.lead), hostNames(order.staged.rest)];
  return [
    finding({
      what: 'order-staged',
      level: 'note',
      text:
        `${listed(lead)} ${lead.length === 1 ? 'gets' : 'get'} the new packages while ${listed(rest)} ${rest.length === 1 ? 'serves' : 'serve'} alone, and then ` +
        `${lead.length === 1 ? 'serves' : 'serve'} alone while ${listed(rest)} ${rest.length === 1 ? 'gets' : 'get'} them (staged). ${order.why}`,
      remedy:
        'See that each half bears the load of all users. Else: "options": {"full": {"order": "allAtOnce"}}, with a longer outage.',
      sources: ['R-OPS-42'],
    }),
  ];
}
