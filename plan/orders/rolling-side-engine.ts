import { cutOverToNew, undoCutOver } from '../blocks/cut-over';
import { emptyOld, leaveOld, undoEmptyOld, undoLeaveOld } from '../blocks/leave-vhost';
import { newCodeOn, undoNewCodeOn } from '../blocks/new-code';
import { firstStart, undoFirstStart, undoLast, undoRest, upgradeLast, upgradeRest } from '../blocks/new-vhost';
import { type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { migrateBeside } from '../blocks/schema';
import { closeKeeperApis, emptySide, raiseSide, undoEmptySide, undoSide } from '../blocks/side-engine';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoTidy, undoVhosts } from '../blocks/vhosts';
import { joined } from '../scope/host-group';
import type { SideEngineScope } from '../scope/rolling-scope';

/**
 * The order in which no engine stops before it is empty: the installed code a second time on a vhost of its own serves while
 * the old vhost runs dry (R-HEAT-30). Rolled back in reverse: requests leave the new code first, its vhost runs dry, then it
 * stops; the schema stays as it is, and so does what users wrote (C.8).
 */
export function sideEngineOrder(options: { rolling: SideEngineScope; dumpSeconds: number }): Ordered[] {
  const { rolling, dumpSeconds } = options;
  const { scope, lead, rest, keeper } = rolling;
  const others = joined(lead, rest);
  const installed = { to: keeper.apis, code: 'the installed code' };
  const more = rest.hosts.length > 0;
  const closing = closeKeeperApis({ rolling });
  return [
    undoneBy(
      prepare({ scope, dumpSeconds, restores: true, also: programsFor({ rolling }) }),
      proveInstalled({ rolling }),
    ),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(raiseSide({ rolling }), undoSide({ rolling })),
    undoneBy(leaveOld({ rolling }), undoLeaveOld({ rolling })),
    undoneBy(emptyOld({ rolling }), undoEmptyOld({ rolling })),
    undoneBy(
      newCodeOn({ rolling, id: 'first-code', group: lead }),
      undoNewCodeOn({ rolling, id: 'first-code', group: lead }),
    ),
    // The schema stays: the installed code works with it.
    undoneBy(migrateBeside({ rolling, serving: keeper })),
    undoneBy(firstStart({ rolling, group: lead }), undoFirstStart({ rolling, group: lead })),
    undoneBy(cutOverToNew({ rolling, from: keeper }), undoCutOver({ rolling, id: 'cut-over', ...installed })),
    ...(more ? [undoneBy(upgradeRest({ rolling, before: closing }), undoRest({ rolling, group: rest }))] : []),
    undoneBy(emptySide({ rolling, apis: more ? [] : closing }), undoEmptySide({ rolling, alone: !more })),
    undoneBy(
      newCodeOn({ rolling, id: 'last-code', group: keeper }),
      // The APIs of the keeper talked on the side vhost before their packages were replaced.
      undoNewCodeOn({ rolling, id: 'last-code', group: keeper, vhost: rolling.vhosts.side }),
    ),
    undoneBy(upgradeLast({ rolling, group: keeper, others }), undoLast({ rolling, group: keeper, others })),
    undoneBy(verifyAll({ rolling })),
    undoneBy(tidyVhosts({ rolling }), undoTidy({ rolling })),
  ];
}
