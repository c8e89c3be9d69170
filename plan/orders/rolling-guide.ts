import { cutOverToNew, undoCutOver } from '../blocks/cut-over';
import { stopTurn, type Turn, turnsOf, undoStopTurn } from '../blocks/engine-groups';
import { stopFirst, undoStopFirst } from '../blocks/first-stop';
import { freeze } from '../blocks/freeze';
import { newCodeOn, undoNewCodeOn } from '../blocks/new-code';
import { firstStart, undoFirstStart, undoRest } from '../blocks/new-vhost';
import { type Drawn, type Ordered, undoneBy } from '../blocks/phase';
import { prepare } from '../blocks/prepare';
import { programsFor } from '../blocks/programs';
import { migrateBeside } from '../blocks/schema';
import { leaveOldVhost, undoLeaveOldVhost } from '../blocks/shared-vhost';
import { switchApis, turnBack, undoSwitchApis } from '../blocks/switch-apis';
import { undoLastTurn, undoSwitchedTurn, upgradeTurn } from '../blocks/upgrade-turn';
import { proveInstalled, verifyAll } from '../blocks/verify';
import { makeVhosts, tidyVhosts, undoVhosts } from '../blocks/vhosts';
import { joined } from '../scope/host-group';
import type { GuideScope } from '../scope/rolling-scope';

/**
 * The order of Heat's upgrade guide (R-HEAT-10..26), for clouds without room for a second engine. All hosts but the lead
 * serve with the installed code, on the vhost they always had. The lead's engine stops while
 * that vhost is in use, so only while nothing is in progress; every later one after its vhost was left and ran dry.
 *
 * Unlike the printed one it restarts no engine beforehand: a restart is a stop (C.3), and what it would bring is had
 * without it (time to stop by a drop-in, notifications pinned when a host changes its vhost).
 */
export function guideOrder(options: { rolling: GuideScope; dumpSeconds: number }): Ordered[] {
  const { rolling, dumpSeconds } = options;
  const { scope, lead, rest, keeper, switchFirst } = rolling;
  const others = joined(rest, keeper);
  const first = { rolling, group: lead };
  return [
    undoneBy(
      prepare({ scope, dumpSeconds, restores: true, also: programsFor({ rolling }) }),
      proveInstalled({ rolling }),
    ),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(freeze({ rolling })),
    undoneBy(stopFirst({ rolling }), undoStopFirst({ rolling })),
    undoneBy(newCodeOn({ ...first, id: 'first-code' }), undoNewCodeOn({ ...first, id: 'first-code' })),
    // The schema stays: the installed code works with it.
    undoneBy(migrateBeside({ rolling, serving: others })),
    undoneBy(firstStart(first), undoFirstStart(first)),
    undoneBy(
      cutOverToNew({ rolling, from: others }),
      undoCutOver({ rolling, id: 'cut-over', to: others.apis, code: 'the installed code' }),
    ),
    ...(switchFirst ? [undoneBy(switchApis({ rolling }), turnBack({ rolling }), ...undoSwitchApis({ rolling }))] : []),
    undoneBy(leaveOldVhost({ rolling }), switchFirst ? turnBack({ rolling }) : undoLeaveOldVhost({ rolling })),
    // Two phases for each group: one that leaves the old vhost, and one that joins the new one.
    ...turnsOf({ rolling }).flatMap((turn) => [
      undoneBy(stopTurn(turn), ...undoStopOf(turn)),
      undoneBy(upgradeTurn(turn), ...undoUpgradeOf(turn)),
    ]),
    undoneBy(verifyAll({ rolling })),
    undoneBy(tidyVhosts({ rolling })),
  ];
}

/** The keeper's engine runs on the old vhost again before requests turn there; those of others may follow. */
function undoStopOf(turn: Turn): Drawn[] {
  const { rolling, left } = turn;
  const engine = undoStopTurn(turn);
  if (!rolling.switchFirst) return [engine];
  const back = turnBack({ rolling });
  return left.length === 0 ? [engine, back] : [back, engine];
}

function undoUpgradeOf(turn: Turn): Drawn[] {
  const { rolling, group, left } = turn;
  if (left.length === 0) return [undoLastTurn(turn)];
  return rolling.switchFirst ? [turnBack({ rolling }), undoSwitchedTurn(turn)] : [undoRest({ rolling, group })];
}
