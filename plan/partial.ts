import type { Plan } from '../schema/plan';
import { drawUp, dumpSecondsOf, type KindSubject, type PlanSubject, type UpgradeKind } from './draw-up';
import { rollingFindings } from './findings/rolling';
import { tidyUp } from './phases/finally';
import { prepare } from './phases/prepare';
import { emptyOld, emptySide, leaveOld, raiseSide } from './rolling/leave';
import { programsFor, makeVhosts, tidyVhosts, verifyAll } from './rolling/round';
import { rollingScope } from './rolling/rolling-scope';
import {
  closeSideApis,
  cutOverToNew,
  firstCode,
  firstStart,
  migrateBeside,
  upgradeOthers,
  upgradeSide,
} from './rolling/upgrade-hosts';

/**
 * Plans the rolling upgrade of one service, host by host, while it serves: the order with a side engine, in which no
 * engine stops before it is empty (runbook 4.1; R-HEAT-7..30; docs/decisions/0003-rolling.md). Pure, as planFull.
 */
export function planPartial(subject: PlanSubject): Plan {
  return drawUp({ subject, upgrade: partial });
}

const partial: UpgradeKind = {
  kind: 'partial',
  findings: rollingFindings,
  phases: (subject) => ({ phases: phasesOf(subject), finally: tidyUp(subject) }),
};

/** Every phase ends with a load balancer behind which all that is in rotation works: a stop after any of them is safe. */
function phasesOf(subject: KindSubject): Plan['phases'] {
  const { scope, facts } = subject;
  const rolling = rollingScope(subject);
  // A finding has blocked a cloud that cannot roll: then no phase is asked for.
  if (rolling === null) return [];
  const { first, others, side } = rolling;
  const allApis = [...first.apis, ...others.apis, ...side.apis];
  const leaving = closeSideApis(rolling);
  const more = others.hosts.length > 0;
  return [
    prepare({ scope, dumpSeconds: dumpSecondsOf(facts), also: programsFor({ rolling }) }),
    makeVhosts({ rolling }),
    raiseSide({ rolling, allApis }),
    leaveOld({ rolling, allApis }),
    emptyOld({ rolling, allApis }),
    firstCode({ rolling }),
    migrateBeside({ rolling }),
    firstStart({ rolling }),
    cutOverToNew({ rolling }),
    ...(more ? [upgradeOthers({ rolling, before: leaving })] : []),
    emptySide({ rolling, ready: [...first.apis, ...others.apis], before: more ? [] : leaving }),
    upgradeSide({ rolling, allApis }),
    verifyAll({ rolling, allApis }),
    tidyVhosts({ rolling, allApis }),
  ];
}
