import type { RollbackChoice } from '../../schema/decision';
import type { HostName } from '../../schema/names';
import type { PlacedOutcome } from '../../schema/outcome';
import type { Batch, Phase, Plan } from '../../schema/plan';
import type { Effects, StepCall } from './effects';
import { createJournal, type Journal } from './journal';

/** One walk through a plan: what it knows while it goes. */
export interface Run {
  readonly plan: Plan;
  readonly effects: Effects;
  readonly journal: Journal;
  /** Hosts that get no further step. */
  readonly leftOut: Set<HostName>;
  /** A person chose abort or refused a phase, or wants to go back. */
  stopped: 'aborted' | 'rollingBack' | null;
  /** The rollback that a person chose last. */
  chosen: RollbackChoice | null;
  /** It undoes what it did, and how. */
  rollingBack: RollbackChoice | null;
  /** A change was started in a phase that alters the cloud: it may be half-done. */
  altered: boolean;
  /** The phases of the way that it walks now, forward or back. */
  way: readonly Phase[];
  /** The load balancer's state after the last completed phase that has one. */
  served: Batch | null;
}

export function createRun(options: { plan: Plan; effects: Effects }): Run {
  const { plan, effects } = options;
  return {
    plan,
    effects,
    journal: createJournal({ plan, now: effects.now, show: effects.show }),
    leftOut: new Set(),
    stopped: null,
    chosen: null,
    rollingBack: null,
    altered: false,
    way: plan.phases,
    served: null,
  };
}

/** No new step starts any more, and why. What came first counts. */
export function stopOf(run: Run): 'aborted' | 'rollingBack' | 'cancelled' | null {
  if (run.stopped !== null) return run.stopped;
  return run.effects.isCancelled() ? 'cancelled' : null;
}

export function stop(run: Run, why: 'aborted' | 'rollingBack'): void {
  const before = stopOf(run);
  // To start nothing more is the stronger word: whoever says it, after somebody wanted to go back, is heard.
  if (before === null || (before === 'rollingBack' && why === 'aborted')) run.stopped = why;
}

/** Waits out a pause (and what else holds the caller up). False: the run stops, start nothing. */
export async function turnToStart(options: { run: Run; free?: () => boolean }): Promise<boolean> {
  const { run, free = () => true } = options;
  const mayGo = (): boolean => stopOf(run) !== null || (!run.effects.isPaused() && free());
  // Somebody woken by the same change may have opened a question meanwhile: look again before starting.
  while (!mayGo()) await run.effects.until(mayGo);
  return stopOf(run) === null;
}

/** Runs one step, with the journal told before and after. A stop makes it pointless to wait for a probe. */
export async function attempt(options: {
  run: Run;
  phase: Pick<Phase, 'id' | 'altersCloud'>;
  call: StepCall;
  pointless?: () => boolean;
}): Promise<PlacedOutcome> {
  const { run, phase, call, pointless = () => stopOf(run) !== null } = options;
  if (call.step.kind === 'change' && phase.altersCloud) run.altered = true;
  run.journal.started({ ...call, phaseId: phase.id });
  const outcome = { ...(await run.effects.runStep({ ...call, pointless })), phaseId: phase.id };
  run.journal.ended({ ...call, outcome });
  return outcome;
}
