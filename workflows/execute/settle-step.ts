import type { Choice } from '../../schema/decision';
import type { HostName } from '../../schema/names';
import { isGood, type Outcome } from '../../schema/outcome';
import { foundationOf, type Foundation } from '../../schema/foundation';
import type { Batch, CommandStep, Phase, Probe, Repair } from '../../schema/plan';
import { choicesFor, ended, failureQuestion } from './choices';
import { closedSentence } from './closed-apis';
import type { StepCall } from './effects';
import { chooseRollBack } from './choose-roll-back';
import { follow } from './follow';
import { looksAt } from './looks';
import { attempt, stop, stopOf, turnToStart, type Run } from './run';
import { rollbacksOf } from './roll-back';
import { failureRollbackLines } from './rollback-cost';
import { canSpare, onlyOn } from './spare-host';

/** What batches side by side share: an open question of one host holds all others at their next step. */
export interface Questions {
  open: number;
}

/** What the hosts of one batch share. */
export interface Barrier {
  readonly questions: Questions;
  /** Hosts this batch has left out. */
  leftOut: number;
}

/** next: the host goes on. leftOut, stopped: no further step on this host now. */
export type Settled = 'next' | 'leftOut' | 'stopped';

interface Place {
  readonly run: Run;
  readonly phase: Phase;
  readonly batch: Batch;
  readonly barrier: Barrier;
  readonly host: HostName;
  readonly step: CommandStep;
  /** A repair: whatever comes of it, its host has work of its own to do and is not left out for it. */
  readonly repairs?: true;
}

interface Answer {
  readonly choice: Choice;
  readonly by: string;
  readonly reason: string;
}

/**
 * A host that dies again and again while a step runs is a person's matter: after so many new starts of a harmless
 * step (`rerun`) somebody is asked.
 */
const automaticReruns = 3;

/** Runs a step on a host until it is done or somebody decided otherwise. */
export async function settleStep(place: Place, generation = '0'): Promise<Settled> {
  const { run, phase, host, step } = place;
  let call: StepCall = { host, step, generation, waits: 0, attachOnly: false };
  let outcome: Outcome = await attempt({ run, phase, call });
  let reruns = 0;
  while (!isGood(outcome)) {
    const answer = automatic({ ...place, outcome, reruns }) ?? (await asked({ ...place, call, outcome }));
    if (answer === null) return 'stopped';
    if ('endedMeanwhile' in answer) {
      outcome = answer.endedMeanwhile;
      continue;
    }
    const { choice } = answer;
    switch (choice) {
      case 'retry':
        if (!(await mayStart(place))) return 'stopped';
        if (outcome.kind === 'interrupted') reruns++;
        call = { host, step, generation: run.effects.newGeneration(), waits: 0, attachOnly: false };
        outcome = await attempt({ run, phase, call });
        break;
      case 'wait':
        // After a stop the host may come back with nothing started yet: then it stays so.
        call = { ...call, waits: call.waits + 1, attachOnly: stopOf(run) !== null || run.leftOut.has(host) };
        outcome = await attempt({ run, phase, call });
        break;
      case 'kill':
        outcome = await killed({ run, phase, call, by: answer.by, reason: answer.reason });
        break;
      case 'repair':
        if ((await repaired(place)) === 'stopped' || !(await mayStart(place))) return 'stopped';
        call = { host, step, generation: run.effects.newGeneration(), waits: 0, attachOnly: false };
        outcome = await attempt({ run, phase, call });
        break;
      case 'skip':
        return 'next';
      case 'markDone': {
        const seen = await confirmed({ run, phase, host, step });
        if (seen === null || isGood(seen)) return 'next';
        // The word alone is not enough here: the same question, with what was seen. What is known of the command itself stays:
        // one that may still run on a host that is away is not started again beside itself.
        outcome = { ...outcome, sentence: seen.sentence, stdoutTail: seen.stdoutTail, stderrTail: seen.stderrTail };
        break;
      }
      case 'leaveHostOut':
        run.leftOut.add(host);
        place.barrier.leftOut++;
        return 'leftOut';
      case 'rollBack':
      case 'rollBackWithRestore': {
        // Its question holds the other hosts as the one before did.
        place.barrier.questions.open++;
        const goes = await chooseRollBack({ run, phase, choice });
        place.barrier.questions.open--;
        if (goes) return 'stopped';
        break;
      }
      case 'abort':
        stop(run, 'aborted');
        return 'stopped';
      case 'approve':
      case 'reject':
      case 'leavePhaseOut':
        throw new TypeError(`a failure was answered with ${choice}, which its gate does not offer`);
      default:
        return choice satisfies never;
    }
  }
  return 'next';
}

/** Another lane may have left the host out while this one waited for its turn. */
async function mayStart({ run, host }: Pick<Place, 'run' | 'host'>): Promise<boolean> {
  return (await turnToStart({ run })) && !run.leftOut.has(host);
}

/** A step of its own, with questions of its own; a new one each time that a person says so. */
async function repaired(place: Place): Promise<Settled> {
  const { run, step } = place;
  const repair = step.kind === 'probe' ? step.repair : undefined;
  if (repair === undefined) throw new TypeError(`a gate offered to repair ${step.id}, which has no repair`);
  if (!(await turnToStart({ run }))) return 'stopped';
  // By another answer, while this one waited for its turn: the question is asked again, without it.
  if (leftOut(run, repair)) return 'leftOut';
  const batch = { hosts: [repair.host], maxFailures: 0, steps: [repair.step] };
  return settleStep({ ...place, ...repair, batch, repairs: true }, run.effects.newGeneration());
}

/** What needs no person: a harmless step that its host interrupted, a host that the batch can spare. */
function automatic(options: Place & { outcome: Outcome; reruns: number }): Answer | null {
  const { run, phase, batch, barrier, host, step, outcome, reruns } = options;
  if (stopOf(run) !== null) return null;
  const decide = (choice: Choice, reason: string): Answer => {
    const about = { kind: 'failure', phaseId: phase.id, stepId: step.id, host } as const;
    run.effects.recordAutomatic({ about, choice, reason });
    return { choice, by: 'the plan', reason };
  };
  const harmless = step.kind === 'change' && step.onInterrupted === 'rerun';
  if (outcome.kind === 'interrupted' && harmless && reruns < automaticReruns)
    return decide('retry', `${outcome.sentence} Running this step again is harmless.`);
  // A command that may still run is no host to be spared: only a person may walk away from it.
  const can = {
    rollbacks: [],
    repair: false,
    spareHost: spares(options),
    foundation: foundationOf(step),
    confirmable: isConfirmable(step),
  };
  const spare = choicesFor(outcome, can).includes('leaveHostOut') && !outcome.stillRunning;
  if (spare && barrier.leftOut < batch.maxFailures)
    return decide(
      'leaveHostOut',
      `${outcome.sentence} The plan allows this batch to leave out ${String(batch.maxFailures)}.`,
    );
  return null;
}

function spares({ run, phase, host }: Pick<Place, 'run' | 'phase' | 'host'>): boolean {
  return canSpare({ ahead: aheadOf({ run, phase }), host, leftOut: run.leftOut });
}

/** The phases from this one to the end of the way. */
function aheadOf({ run, phase }: Pick<Place, 'run' | 'phase'>): readonly Phase[] {
  const at = run.way.findIndex(({ id }) => id === phase.id);
  return run.way.slice(Math.max(at, 0));
}

/** Titles of what is not done yet and would be done nowhere without this host. */
function nowhereWithout({ run, phase, host }: Pick<Place, 'run' | 'phase' | 'host'>): string[] {
  const ahead = aheadOf({ run, phase });
  const { outcomes } = run.journal.progress();
  const done = new Set(
    outcomes
      .filter((outcome) => outcome.host === host && isGood(outcome) && ahead.some(({ id }) => id === outcome.phaseId))
      .map(({ stepId }) => stepId),
  );
  return onlyOn({ ahead, host, leftOut: run.leftOut, done });
}

/** The host was read: what a probe says helps against what it saw, and not against a host that is away. */
function answered({ kind }: Outcome): boolean {
  return kind === 'notReady' || kind === 'failed';
}

/** What may be there in part once it failed. */
function halfOf(foundation: Foundation | null): 'migrated' | 'restored' | null {
  if (foundation === 'schema') return 'migrated';
  return foundation === 'restored schema' ? 'restored' : null;
}

/** Nothing more is done on a host that was left out, for another host's sake neither. */
function leftOut(run: Run, repair: Repair | undefined): boolean {
  return repair !== undefined && run.leftOut.has(repair.host);
}

/**
 * Asks a person. When the run stops meanwhile, the question is withdrawn, unless the command may still be running:
 * `finally` must not start beside it. A question about a command that takes too long is withdrawn when the command has ended.
 */
async function asked(
  options: Place & { call: StepCall; outcome: Outcome },
): Promise<Answer | { readonly endedMeanwhile: Outcome } | null> {
  const { run, phase, barrier, host, step, call, outcome, repairs = false } = options;
  // What is still running is a matter of its own, also on a host that another lane has left out.
  const pointless = (): boolean => (stopOf(run) !== null || run.leftOut.has(host)) && !outcome.stillRunning;
  if (pointless()) return null;
  const following = follow({ run, phase, call, outcome });
  const endedMeanwhile = (): Outcome | null => following?.ended() ?? null;
  const withdrawn = (): boolean => pointless() || endedMeanwhile() !== null;
  // Beside a command that may still run nothing is undone.
  const repair = step.kind === 'probe' && answered(outcome) && !leftOut(run, step.repair) ? step.repair : undefined;
  const foundation = foundationOf(step);
  const choices = choicesFor(outcome, {
    rollbacks: outcome.stillRunning ? [] : rollbacksOf(run),
    repair: repair !== undefined,
    spareHost: !repairs && spares(options),
    foundation,
    confirmable: isConfirmable(step),
  });
  barrier.questions.open++;
  const about = { kind: 'failure', phaseId: phase.id, stepId: step.id, host } as const;
  const decision = await run.effects.ask({
    about,
    question: failureQuestion({
      plan: run.plan,
      outcome,
      nowhere: nowhereWithout({ run, phase, host }),
      altered: run.altered,
      choices,
      rollbacks: failureRollbackLines({ run, phase, choices }),
      repair,
      half: outcome.kind === 'failed' ? halfOf(foundation) : null,
      remedy: step.kind === 'probe' && answered(outcome) ? step.remedy : undefined,
      closed: closedSentence(run),
      // A host that is away shows nothing.
      looks: outcome.kind === 'unreachable' ? [] : looksAt({ step, outcome }),
    }),
    choices,
    approvers: [],
    warnings: [],
    withdrawn,
  });
  barrier.questions.open--;
  following?.leave();
  const end = endedMeanwhile();
  if (decision !== null || end === null) return decision;
  run.effects.recordAutomatic({
    about,
    choice: 'wait',
    reason: `${ended(end.sentence)} It ended while the question was open, so the question was withdrawn.`,
  });
  return { endedMeanwhile: end };
}

function isConfirmable(step: CommandStep): boolean {
  return step.kind === 'change' && step.confirmation !== undefined;
}

/** What the step's own check says, where later steps rest on it. Null: a person's word is enough. */
async function confirmed(place: Pick<Place, 'run' | 'phase' | 'host' | 'step'>): Promise<Outcome | null> {
  const { run, phase, host, step } = place;
  if (step.kind !== 'change' || step.confirmation === undefined) return null;
  const look: Probe = {
    kind: 'probe',
    id: `${step.id}/confirmation`,
    title: `whether it is done: ${step.title}`,
    script: step.confirmation,
    expect: {},
    retryForSeconds: 0,
    everySeconds: 2,
    timeoutSeconds: step.timeoutSeconds,
    requirements: step.requirements,
  };
  const generation = run.effects.newGeneration();
  return attempt({ run, phase, call: { host, step: look, generation, waits: 0, attachOnly: false } });
}

/** Ends the command, then attaches once more to learn how it ended. Still there: the same question again. */
async function killed(options: {
  run: Run;
  phase: Phase;
  call: StepCall;
  by: string;
  reason: string;
}): Promise<Outcome> {
  const { run, phase, call, by, reason } = options;
  const end = await run.effects.killStep({ ...call, by, reason });
  return end.stillRunning ? { ...end, kind: 'overtime' } : attempt({ run, phase, call: { ...call, attachOnly: true } });
}
