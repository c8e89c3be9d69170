import { joined } from '../scope/host-group';
import type { GuideScope } from '../scope/rolling-scope';
import { workEnds } from './empty-vhost';
import { servingBefore, turnsOf } from './engine-groups';
import { type Drawn, phase } from './phase';
import { cutOver } from './rotation';
import { serveAgain } from './serve-again';
import { talking } from './switch-apis';
import { closeApis } from './units';

/** Nobody gives the old vhost new work, and what it has ends. Its engines still run. */
export function leaveOldVhost({ rolling }: { rolling: GuideScope }): Drawn {
  const { scope, rest, keeper, vhosts, switchFirst } = rolling;
  const label = 'empty-old';
  const hosts = joined(rest, keeper).apis;
  const [first] = turnsOf({ rolling });
  const ready = first === undefined ? [] : servingBefore(first);
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.old}: no API talks there, its work ends`,
    batches: [
      ...(switchFirst ? talking({ rolling, label, hosts }) : closeApis({ rolling, label, hosts })),
      ...workEnds({ rolling, label, vhost: vhosts.old, moment: 'old' }),
      // A host leaves at the end of the phase before its own: whoever stops in its own never gets it back half-done.
      ...(switchFirst ? [cutOver({ rolling, label, ready })] : []),
    ],
  });
}

/** The engines of the old vhost still run, or run again: its APIs as well, then requests go there. */
export function undoLeaveOldVhost({ rolling }: { rolling: GuideScope }): Drawn {
  const { scope, rest, keeper, vhosts } = rolling;
  const label = 'back-empty-old';
  const hosts = joined(rest, keeper).apis;
  return phase({
    scope,
    id: label,
    title: `Rollback: the APIs of vhost ${vhosts.old} start, requests go there`,
    batches: serveAgain({ rolling, label, hosts }),
  });
}
