import type { Phase, Plan } from '../schema/plan';
import { drawUp, dumpSecondsOf, type KindSubject, type PlanSubject, type UpgradeKind } from './draw-up';
import { rollingFindings } from './findings/rolling';
import { tidyUp } from './phases/finally';
import { undoneBy } from './phases/phase';
import { prepare } from './phases/prepare';
import { emptyOld, emptySide, leaveOld, raiseSide } from './rolling/leave';
import {
  proveInstalled,
  undoCutOver,
  undoEmptySide,
  undoFirstCode,
  undoFirstStart,
  undoLast,
  undoOthers,
  undoSideCode,
  undoTidy,
} from './rolling/back-from-new';
import { undoEmptyOld, undoLeaveOld, undoSide, undoVhosts } from './rolling/back-to-old';
import { removeOldVhost, undoOldVhost } from './rolling/old-vhost';
import { programsFor, makeVhosts, tidyVhosts, verifyAll } from './rolling/round';
import { guideOrder } from './rolling/guide-order';
import { venvOrder } from './rolling/venv-order';
import { rollingScope } from './rolling/rolling-scope';
import type { RollingScope } from './rolling/sides';
import {
  closeSideApis,
  cutOverToNew,
  firstCode,
  firstStart,
  migrateBeside,
  sideCode,
  upgradeOthers,
  upgradeSide,
} from './rolling/upgrade-hosts';

/**
 * Plans the rolling upgrade of one service, host by host, while it serves: in the order with a side engine, in which no
 * engine stops before it is empty (C.9), or, by request, in the guide's (R-HEAT-7..30; docs/decisions/0003-rolling.md). Pure, as planFull.
 */
export function planPartial(subject: PlanSubject): Plan {
  return drawUp({ subject, upgrade: partial });
}

const partial: UpgradeKind = {
  kind: 'partial',
  findings: rollingFindings,
  phases: (subject) => ({ phases: phasesOf(subject), finally: tidyUp(subject) }),
};

/**
 * Every phase ends with a load balancer behind which all that is in rotation works: a stop after any of them is safe. And
 * every phase is undone from wherever it stopped, once those after it are undone (C.8).
 */
function phasesOf(subject: KindSubject): Plan['phases'] {
  const { facts, request } = subject;
  const rolling = rollingScope(subject);
  // A finding has blocked a cloud that cannot roll: then no phase is asked for.
  if (rolling === null) return [];
  const dumpSeconds = dumpSecondsOf(facts);
  return [
    ...(rolling.venv !== null
      ? venvOrder({ rolling, venv: rolling.venv, dumpSeconds })
      : rolling.sideOn === 'old'
        ? guideOrder({ rolling, dumpSeconds })
        : sideEngineOrder({ rolling, dumpSeconds })),
    ...(request.options.rolling?.removeOldVhost === true
      ? [undoneBy(removeOldVhost({ rolling }), undoOldVhost({ rolling }))]
      : []),
  ];
}

function sideEngineOrder(options: { rolling: RollingScope; dumpSeconds: number }): Phase[] {
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
