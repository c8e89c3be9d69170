import { joined } from '../scope/host-group';
import { servingAfter, servingBefore, type Turn } from './engine-groups';
import { newCode, recordedCode } from './new-code';
import { leaveInUse, leaveNew, onNewVhost } from './new-vhost';
import { type Drawn, phase } from './phase';
import { cutOver, names } from './rotation';
import { asConfigured } from './switch-apis';

/** New code, and the new vhost, on hosts whose engines have stopped empty (R-HEAT-21). */
export function upgradeTurn(turn: Turn): Drawn {
  const { rolling, group, done } = turn;
  const { scope, lead, vhosts, switchFirst } = rolling;
  const { label } = group;
  const before = servingBefore(turn);
  const ready = servingAfter(turn);
  return phase({
    scope,
    id: label,
    title: `${names(group)}: new code, vhost ${vhosts.next}`,
    batches: [
      ...newCode({ rolling, group }),
      ...(switchFirst ? asConfigured({ rolling, label, hosts: group.apis }) : []),
      ...onNewVhost({ rolling, group, label, engineHosts: joined(lead, ...done, group).engines }),
      ...(before.join() === ready.join() ? [] : [cutOver({ rolling, label, ready })]),
    ],
  });
}

/**
 * Where every host may have the new code: the keeper's engine leaves the new vhost, on which others serve, in a
 * moment in which nothing at all is in progress (R-HEAT-29).
 */
export function undoLastTurn(turn: Turn): Drawn {
  const { rolling, group } = turn;
  const label = 'back-last';
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: ${names(group)} to the recorded code`,
    batches: [
      ...leaveInUse({ rolling, label, group, ready: servingBefore(turn) }),
      ...recordedCode({ rolling, group }),
    ],
  });
}

/** A host that may have the new code leaves the new vhost, which nobody feeds any more; `done` are still there. */
export function undoSwitchedTurn({ rolling, group, done }: Turn): Drawn {
  const { scope, lead, vhosts } = rolling;
  const label = `back-${group.label}`;
  return phase({
    scope,
    id: label,
    title: `Rollback: ${names(group)} leaves vhost ${vhosts.next}, to the recorded code`,
    batches: [
      ...leaveNew({ rolling, label, group, stay: joined(lead, ...done).engines }),
      ...recordedCode({ rolling, group }),
      ...asConfigured({ rolling, label, hosts: group.apis }),
    ],
  });
}
