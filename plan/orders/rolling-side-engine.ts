import { emptyOld, leaveOld, undoEmptyOld, undoLeaveOld } from '../blocks/leave-vhost';
import { firstCode, sideCode, undoFirstCode, undoSideCode } from '../blocks/new-code';
import {
  closeSideApis,
  firstStart,
  undoFirstStart,
  undoLast,
  undoOthers,
  upgradeOthers,
  upgradeSide,
} from '../blocks/new-vhost';
import { cutOverToNew, undoCutOver } from '../blocks/cut-over';
import { type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { migrateBeside } from '../blocks/schema';
import { emptySide, raiseSide, undoEmptySide, undoSide } from '../blocks/side-engine';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoTidy, undoVhosts } from '../blocks/vhosts';
import type { RollingScope } from '../scope/sides';

/**
 * The order in which no engine stops before it is empty: the installed code a second time on a vhost of its own serves while
 * the old vhost runs dry (R-HEAT-30). Rolled back in reverse: requests leave the new code first, its vhost runs dry, then it
 * stops; the schema stays as it is, and so does what users wrote (C.8).
 */
export function sideEngineOrder(options: { rolling: RollingScope; dumpSeconds: number }): Ordered[] {
  const { rolling, dumpSeconds } = options;
  const { scope } = rolling;
  const { first, others, side } = rolling;
  const allApis = [...first.apis, ...others.apis, ...side.apis];
  const all = { rolling, allApis };
  const ready = [...first.apis, ...others.apis];
  const leaving = closeSideApis(rolling);
  const more = others.hosts.length > 0;
  return [
    undoneBy(prepare({ scope, dumpSeconds, also: programsFor({ rolling }) }), proveInstalled(all)),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(raiseSide(all), undoSide(all)),
    undoneBy(leaveOld(all), undoLeaveOld(all)),
    undoneBy(emptyOld(all), undoEmptyOld(all)),
    undoneBy(firstCode({ rolling }), undoFirstCode({ rolling })),
    // The schema stays: the installed code works with it.
    undoneBy(migrateBeside({ rolling })),
    undoneBy(firstStart({ rolling }), undoFirstStart({ rolling })),
    undoneBy(
      cutOverToNew({ rolling }),
      undoCutOver({ rolling, id: 'cut-over', to: side.apis, code: 'the installed code' }),
    ),
    ...(more ? [undoneBy(upgradeOthers({ rolling, before: leaving }), undoOthers({ rolling }))] : []),
    undoneBy(
      emptySide({ rolling, ready, before: more ? [] : leaving }),
      undoEmptySide({ rolling, ready, alone: !more }),
    ),
    undoneBy(sideCode({ rolling }), undoSideCode({ rolling, ready })),
    undoneBy(upgradeSide(all), undoLast({ rolling, ready })),
    undoneBy(verifyAll(all)),
    undoneBy(tidyVhosts(all), undoTidy({ rolling })),
  ];
}
