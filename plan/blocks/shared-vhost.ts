import type { RollingScope } from '../scope/sides';
import { ends } from './empty-vhost';
import { groupsOf, servingAfter } from './engine-groups';
import { type Drawn, phase } from './phase';
import { cutOver, seenUp } from './rotation';
import { talking } from './switch-apis';
import { closeApis, startApis } from './units';

/** Nobody gives the old vhost new work, and what it has ends. Its engines still run. */
export function emptyOldVhost(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, side, vhosts, switchFirst } = rolling;
  const ready = servingAfter({ rolling, done: [], left: groupsOf({ rolling }) });
  const label = 'empty-old';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.old}: no API talks there, its work ends`,
    batches: [
      ...(switchFirst ? talking : closeApis)({ rolling, label, hosts: side.apis }),
      ...ends({ rolling, moment: 'old', label }),
      // A host leaves at the end of the phase before its own: whoever stops in its own never gets it back half-done.
      ...(switchFirst ? [cutOver({ rolling, label, ready })] : []),
    ],
  });
}

/** The engines of the old vhost still run, or run again: its APIs as well, then requests go there. */
export function undoEmptyOldVhost({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, side, vhosts } = rolling;
  const label = 'back-empty-old';
  const hosts = side.apis;
  return phase({
    scope,
    id: label,
    title: `Back: the APIs of vhost ${vhosts.old} start, requests go there`,
    batches: [
      ...startApis({ rolling, label, hosts }),
      seenUp({ rolling, label, hosts }),
      cutOver({ rolling, label, ready: hosts }),
    ],
  });
}
