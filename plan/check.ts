import { everyPhase, mayRestore, phasesBack, phasesOfRestore } from '../schema/walk-plan';
import { type Phase, type Plan } from '../schema/plan';
import { isUndone } from '../schema/way-back';
import { fault, type Violation } from './check/plan-rule';
import { stepsOf, walkPhase, type Walked, type Where } from './check/walk';
import { asBefore, type CloudState } from './cloud-state';

type Subject = Pick<Plan, 'kind' | 'phases' | 'restore' | 'finally'>;

/** Walks a plan to its end, and from the end of every phase all the way back where the plan knows the way. */
export function checkPlan(options: { plan: Subject; before: CloudState }): Violation[] {
  const { plan, before } = options;
  const { kind, phases } = plan;
  const forward = walkPhases({ kind, state: before, phases });
  const back = forward.ends.flatMap((state, index) =>
    checkRollback({ kind, before, state, begun: phases.slice(0, index + 1) }),
  );
  const restored = forward.ends.flatMap((state, index) =>
    checkRestore({ plan, before, state, begun: phases.slice(0, index + 1) }),
  );
  return [...stepsTwice(plan), ...forward.violations, ...back, ...restored];
}

/**
 * The rollback with restore, from a state in which these phases were begun and from every state to which the other rollback comes. It stops
 * everybody, as a full run does, and must end as one: with the schema from before the run, too.
 */
export function checkRestore(options: {
  plan: Subject;
  before: CloudState;
  state: CloudState;
  begun: readonly Phase[];
}): Violation[] {
  const { plan, before, state, begun } = options;
  const { kind, restore } = plan;
  if (!mayRestore({ begun, restore })) return [];
  const midway = walkPhases({ kind, state: { ...state, idle: [] }, phases: phasesBack(begun) }).ends;
  return [state, ...midway].flatMap((start, index) => {
    const way = walkPhases({ kind: 'full', state: { ...start, idle: [] }, phases: phasesOfRestore(restore) });
    const at = `rollback with restore from ${begun.at(-1)?.id ?? 'nothing'}${index === 0 ? '' : ', after a part of the other rollback'}`;
    return [...way.violations, ...endsElsewhere({ kind: 'full', at, state: way.state, before })];
  });
}

/** From a state in which these phases were begun back to the cloud before the run, where every one of them can be undone. */
export function checkRollback(options: Where & { before: CloudState; begun: readonly Phase[] }): Violation[] {
  const { kind, before, begun } = options;
  if (!begun.every((phase) => isUndone(phase.wayBack))) return [];
  const { state, violations } = walkPhases({
    kind,
    state: { ...options.state, idle: [] },
    phases: phasesBack(begun),
  });
  const at = `rollback from ${begun.at(-1)?.id ?? 'nothing'}`;
  return [...violations, ...endsElsewhere({ kind, at, state, before })];
}

function endsElsewhere(options: Where & { at: string; before: CloudState }): Violation[] {
  const { kind, at, state, before } = options;
  const ends = [asBefore({ kind, state }), asBefore({ kind, state: before })];
  if (ends[0] === ends[1]) return [];
  return [{ rule: 'rollbackEndsElsewhere', at, sentence: `it ends as ${ends.join(', and the run began as ')}` }];
}

function walkPhases(options: Where & { phases: readonly Phase[] }): Walked & { readonly ends: readonly CloudState[] } {
  const { kind, phases } = options;
  return phases.reduce<Walked & { ends: readonly CloudState[] }>(
    ({ state, ends, violations }, phase) => {
      const next = walkPhase({ kind, state, phase });
      return { state: next.state, ends: [...ends, next.state], violations: [...violations, ...next.violations] };
    },
    { state: options.state, ends: [], violations: [] },
  );
}

/** On the way forward, on the whole way back, and at the end. */
function stepsTwice(plan: Subject): Violation[] {
  const batches = everyPhase(plan).flatMap((phase) => [
    ...phase.batches,
    ...(phase.serving === null ? [] : [phase.serving]),
  ]);
  const all = [...batches, ...plan.finally.always, ...plan.finally.resolved];
  const bound = stepsOf(all).flatMap(({ host, step }) => (step.kind === 'probe' ? [] : [`${step.id}@${host}`]));
  const twice = [...new Set(bound.filter((id, index) => bound.indexOf(id) !== index))];
  return twice.map((at) => ({
    at,
    ...fault('stepTwice', `${at} stands in the plan twice: the second one would be skipped`),
  }));
}
