import type { Plan } from '../../schema/plan';
import { removeOldVhost, undoOldVhost } from '../blocks/old-vhost';
import { type DrawnRestore, type Ordered, restoreDrawn, undoneBy } from '../blocks/phase';
import { lossPreview } from '../blocks/restore';
import { rollingRestore } from '../blocks/restore-rolling';
import { tidyUp } from '../blocks/tidy-up';
import { drawUp, dumpSecondsOf, type UpgradeKind } from '../draw-up';
import { type KindSubject, type PlanSubject } from '../scope/subject';
import { rollingFindings } from '../findings/rolling';
import { schemaNamesIn } from '../scope/scope';
import { rollingScope, type RollingScope } from '../scope/rolling-scope';
import { rollingAgents } from './rolling-agents';
import { guideOrder } from './rolling-guide';
import { sideEngineOrder } from './rolling-side-engine';
import { venvOrder } from './rolling-venv';

/**
 * Plans the rolling upgrade of one service, host by host, while it serves: in the order with a side engine, in which no
 * engine stops before it is empty (C.9), or, by request, in the guide's (R-HEAT-7..30; docs/decisions/0003-rolling.md). Pure, as planFull.
 */
export function planPartial(subject: PlanSubject): Plan {
  return drawUp({ subject, upgrade: isOfAgents(subject) ? rollingAgents : partial });
}

function isOfAgents({ request, known }: PlanSubject): boolean {
  const [name, ...more] = request.services ?? [];
  return more.length === 0 && known.some((service) => service.name === name && service.agentsRoll === true);
}

const partial: UpgradeKind = {
  kind: 'partial',
  findings: rollingFindings,
  phases: (subject) => ({ phases: phasesOf(subject), restore: restoreOf(subject), finally: tidyUp(subject) }),
};

/**
 * Every phase ends with a load balancer behind which all that is in rotation works: a stop after any of them is safe. And
 * every phase is undone from wherever it stopped, once those after it are undone (C.8).
 */
function phasesOf(subject: KindSubject): readonly Ordered[] {
  const { facts, request } = subject;
  const rolling = rollingScope(subject);
  // A finding has blocked a cloud that cannot roll: then no phase is asked for.
  if (rolling === null) return [];
  const old = request.options.rolling?.removeOldVhost === true;
  return [
    ...inOrder({ rolling, dumpSeconds: dumpSecondsOf(facts) }),
    ...(old ? [undoneBy(removeOldVhost({ rolling }), undoOldVhost({ rolling }))] : []),
  ];
}

/** A person may choose it from the migration on: the schema returns as well, and with it all data to the dump. */
function restoreOf(subject: KindSubject): DrawnRestore | null {
  const { scope, facts } = subject;
  const rolling = rollingScope(subject);
  const preview = lossPreview({ scope });
  if (rolling === null || preview === null) return null;
  const phases = rollingRestore({ rolling, dumpSeconds: dumpSecondsOf(facts) });
  return restoreDrawn({ schemas: schemaNamesIn(scope), phases, preview });
}

function inOrder(options: { rolling: RollingScope; dumpSeconds: number }): readonly Ordered[] {
  const { rolling, dumpSeconds } = options;
  switch (rolling.order) {
    case 'sideEngine':
      return sideEngineOrder({ rolling, dumpSeconds });
    case 'guide':
      return guideOrder({ rolling, dumpSeconds });
    case 'venv':
      return venvOrder({ rolling, dumpSeconds });
    default:
      return rolling satisfies never;
  }
}
