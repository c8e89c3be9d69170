import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import type { fullOrders } from '../../schema/request';
import { stagedOf, type Staged } from '../scope/lead';
import { hostNames, type Scope } from '../scope/scope';
import { finding } from './finding';

/** An order that the request wants and this cloud cannot have. */
export function fullOrderBlockers(options: {
  readonly scope: Scope;
  readonly wanted: (typeof fullOrders)[number] | undefined;
}): Finding[] {
  const { scope, wanted } = options;
  const staged = wanted === 'staged' && scope.services.length > 0 ? stagedOf(scope) : null;
  if (staged === null || !('why' in staged)) return [];
  return [
    finding({
      what: 'order-not-possible',
      level: 'blocker',
      text: `The request wants a staged order, which is not possible here: ${staged.why}.`,
      remedy: 'remove options.full.order from the request, or change what is named.',
      sources: ['R-OPS-42'],
    }),
  ];
}

/** In which order a full upgrade goes, and why; who bears the load meanwhile. */
export function fullOrderNote({ staged, why }: { readonly staged: Staged | null; readonly why: string }): Finding {
  if (staged === null)
    return finding({
      what: 'order-all-at-once',
      level: 'note',
      text: `Every host gets its packages while the APIs are closed (allAtOnce). ${why}`,
      remedy: 'Nothing. The other order, where it is possible: "options": {"full": {"order": "staged"}}.',
      sources: ['R-OPS-42'],
    });
  const [lead, rest] = [hostNames(staged.lead), hostNames(staged.rest)];
  return finding({
    what: 'order-staged',
    level: 'note',
    text:
      `${listed(lead)} ${lead.length === 1 ? 'gets' : 'get'} the new packages while ${listed(rest)} ${rest.length === 1 ? 'serves' : 'serve'} alone, and then ` +
      `${lead.length === 1 ? 'serves' : 'serve'} alone while ${listed(rest)} ${rest.length === 1 ? 'gets' : 'get'} them (staged). ${why}`,
    remedy:
      'See that each half bears the load of all users. Else: "options": {"full": {"order": "allAtOnce"}}, with a longer outage.',
    sources: ['R-OPS-42'],
  });
}
