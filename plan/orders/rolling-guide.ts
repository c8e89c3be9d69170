import type { HostName } from '../../schema/names';
import { type Group, groupsOf, lastOf, servingAfter, stopGroup, undoStopGroup } from '../blocks/engine-groups';
import { stopFirst, undoStopFirst } from '../blocks/first-stop';
import { freeze } from '../blocks/freeze';
import { firstCode, undoFirstCode } from '../blocks/new-code';
import { cutOverToNew, undoCutOver } from '../blocks/cut-over';
import { firstStart, undoFirstStart } from '../blocks/new-vhost';
import { type Drawn, type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { migrateBeside } from '../blocks/schema';
import { emptyOldVhost, undoEmptyOldVhost } from '../blocks/shared-vhost';
import { switchApis, turnBack, undoSwitchApis } from '../blocks/switch-apis';
import { undoGroup, undoLastGroup, undoSwitchedGroup, upgradeGroup } from '../blocks/upgrade-group';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoVhosts } from '../blocks/vhosts';
import type { RollingScope } from '../scope/sides';

/**
 * The order of Heat's upgrade guide (R-HEAT-10..26), for clouds without room for a second engine. All hosts but the first
 * are the side here: they serve with the installed code, on the vhost they always had. The first engine stops while
 * that vhost is in use, so only while nothing is in work; every later one after its vhost was left and ran dry.
 *
 * Unlike the printed one it restarts no engine beforehand: a restart is a stop (C.3), and what it would bring is had
 * without it (time to stop by a drop-in, notifications pinned when a host changes its vhost).
 */
export function guideOrder(options: { rolling: RollingScope; dumpSeconds: number }): readonly Ordered[] {
  const { rolling, dumpSeconds } = options;
  const { scope, first, side, switchFirst } = rolling;
  const allApis = [...first.apis, ...side.apis];
  const last = lastOf(rolling);
  return [
    undoneBy(prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }), proveInstalled({ rolling, allApis })),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(freeze({ rolling })),
    undoneBy(stopFirst({ rolling }), undoStopFirst({ rolling })),
    undoneBy(firstCode({ rolling }), undoFirstCode({ rolling })),
    undoneBy(migrateBeside({ rolling })),
    undoneBy(firstStart({ rolling }), undoFirstStart({ rolling })),
    undoneBy(
      cutOverToNew({ rolling }),
      undoCutOver({ rolling, id: 'cut-over', to: side.apis, code: 'the installed code' }),
    ),
    ...(switchFirst
      ? [undoneBy(switchApis({ rolling }), turnBack({ rolling, last }), ...undoSwitchApis({ rolling, last }))]
      : []),
    undoneBy(emptyOldVhost({ rolling }), switchFirst ? turnBack({ rolling, last }) : undoEmptyOldVhost({ rolling })),
    ...upgradeGroups({ rolling }),
    undoneBy(verifyAll({ rolling, allApis })),
    undoneBy(tidyVhosts({ rolling, allApis })),
  ];
}

/** Two phases for each: one that leaves the old vhost, and one that joins the new one. */
function upgradeGroups({ rolling }: { rolling: RollingScope }): Ordered[] {
  return groupsOf({ rolling }).flatMap((group, index, groups) => {
    const done = groups.slice(0, index);
    const left = groups.slice(index + 1);
    const ready = servingAfter({ rolling, done, left: [group, ...left] });
    const after = servingAfter({ rolling, done: [...done, group], left });
    const undo = undoUpgradeOf({ rolling, group, done, left, ready });
    return [
      undoneBy(stopGroup({ rolling, group, ready, left }), ...undoStopOf({ rolling, group, left, ready })),
      undoneBy(upgradeGroup({ rolling, group, done, before: ready, ready: after }), ...undo),
    ];
  });
}

interface Undo {
  readonly rolling: RollingScope;
  readonly group: Group;
  readonly left: readonly Group[];
  readonly ready: readonly HostName[];
}

/** The last one's engine runs on the old vhost again before requests turn there; those of others may follow. */
function undoStopOf(options: Undo): Drawn[] {
  const { rolling, left } = options;
  const engine = undoStopGroup(options);
  if (!rolling.switchFirst) return [engine];
  const turn = turnBack({ rolling, last: lastOf(rolling) });
  return left.length === 0 ? [engine, turn] : [turn, engine];
}

function undoUpgradeOf(options: Undo & { readonly done: readonly Group[] }): Drawn[] {
  const { rolling, group, left, done, ready } = options;
  const [next] = left;
  if (next === undefined) return [undoLastGroup({ rolling, group, ready })];
  if (!rolling.switchFirst) return [undoGroup({ rolling, group, last: next })];
  const last = lastOf(rolling);
  return [turnBack({ rolling, last }), undoSwitchedGroup({ rolling, group, done, last })];
}
