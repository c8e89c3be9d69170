import type { Choice, RollbackChoice } from '../../schema/decision';
import type { Foundation } from '../../schema/foundation';
import type { Outcome } from '../../schema/outcome';
import { restorePointOf, type Plan, type Repair } from '../../schema/plan';

/** What the choices about a failed step depend on, beside its outcome. */
export interface Can {
  /** The rollbacks that the plan knows from here. */
  readonly rollbacks: readonly RollbackChoice[];
  /** It has something that helps against what was seen. */
  readonly repair: boolean;
  /** The cloud can go on without this host: no step on which others rest is left undone. */
  readonly spareHost: boolean;
  /** What rests on the step. */
  readonly foundation: Foundation | null;
  /** Something can tell whether it is done. */
  readonly confirmable: boolean;
}

/** What can be done about an outcome. The last choice is always to stop. */
export function choicesFor(outcome: Pick<Outcome, 'kind'>, can: Can): readonly Choice[] {
  const choices = choicesAbout(outcome).filter(
    (choice) =>
      (choice !== 'repair' || can.repair) &&
      (choice !== 'leaveHostOut' || (can.spareHost && (can.foundation ?? 'code') === 'code')) &&
      !(can.foundation !== null && choice === 'skip') &&
      // Where later steps rest on it, a word alone is not enough: a look has nothing that a person could have done in its place, and of
      // some migrations nothing can tell but the migration itself, which is safe to run again.
      !(can.foundation !== null && !can.confirmable && choice === 'markDone'),
  );
  if (choices.length === 0) return [];
  const [rest, stopping] = [choices.slice(0, -1), choices.slice(-1)];
  // A migration that failed in the middle does more harm when it runs again (trap 5): to start it again is the last thought.
  if (can.foundation === 'schema' && rest.includes('retry'))
    return [...can.rollbacks, ...rest.filter((choice) => choice !== 'retry'), 'retry', ...stopping];
  return [...rest, ...can.rollbacks, ...stopping];
}

/** A command that may still run is never started beside itself: no retry. */
function choicesAbout(outcome: Pick<Outcome, 'kind'>): readonly Choice[] {
  switch (outcome.kind) {
    case 'done':
    case 'unchanged':
      return [];
    case 'failed':
    case 'noSpace':
    case 'hostFault':
      return ['retry', 'repair', 'skip', 'markDone', 'leaveHostOut', 'abort'];
    case 'notReady':
      return ['retry', 'wait', 'repair', 'skip', 'markDone', 'leaveHostOut', 'abort'];
    case 'interrupted':
      return ['retry', 'skip', 'markDone', 'abort'];
    case 'unreachable':
      return ['wait', 'markDone', 'leaveHostOut', 'abort'];
    case 'overtime':
      return ['wait', 'kill', 'abort'];
    case 'fenced':
      return ['retry', 'markDone', 'abort'];
    default:
      return outcome.kind satisfies never;
  }
}

/** What a person can answer who was asked to do a step. */
export function confirmChoices(can: Pick<Can, 'rollbacks'>): readonly Choice[] {
  return ['markDone', ...can.rollbacks, 'abort'];
}

/** The question beside a failed step: what happened in the first line, then what the dangerous answers would mean. */
export function failureQuestion(options: {
  plan: Plan;
  outcome: Outcome;
  /** Titles of what would not be done without the host. */
  nowhere: readonly string[];
  altered: boolean;
  choices: readonly Choice[];
  /** What the rollbacks among the choices do and cost. */
  rollbacks: readonly string[];
  remedy: string | undefined;
  repair: Repair | undefined;
  /** A migration failed: it may have altered a part. A restore failed: it may have dropped the schema. */
  half: 'migrated' | 'restored' | null;
  /** What users cannot reach now. */
  closed: readonly string[];
  /** Commands to look with. */
  looks: readonly string[];
}): string {
  const { plan, outcome, nowhere, altered, choices, rollbacks, remedy, repair, half, closed, looks } = options;
  return [
    `${ended(outcome.sentence)} What now?`,
    ...closed,
    ...said(outcome),
    ...(remedy === undefined ? [] : [`Fix: ${remedy}`]),
    ...(choices.includes('repair') && repair !== undefined ? [`repair: ${repair.step.title}, on ${repair.host}`] : []),
    ...(half === null ? [] : [again[half]]),
    ...(outcome.stillRunning ? ['The command may still be running.'] : []),
    ...(nowhere.length === 0 || !choices.includes('leaveHostOut')
      ? []
      : [`leaveHostOut: these steps run on no other host and will not be done: ${few(nowhere)}.`]),
    ...rollbacks,
    ...(altered ? [`The restore point is in ${restorePointOf(plan)} on the hosts that it restores.`] : []),
    ...(looks.length === 0 ? [] : ['To see for yourself:', '```', ...looks, '```']),
  ].join('\n');
}

const again = {
  migrated:
    'retry: the migration runs again on what it left. Compare "Before" and "Now" first; where only a part of it is there, roll back instead.',
  restored: 'retry: the restore starts from its beginning. It drops the database and loads the same dump.',
} as const;

function few(titles: readonly string[]): string {
  const rest = titles.length - 4;
  return rest > 0 ? `${titles.slice(0, 4).join(', ')} and ${String(rest)} more` : titles.join(', ');
}

/** Its last words: the line that tells the cause is seldom the very last one. A code block, so that dashes stay dashes. */
function said({ stdoutTail, stderrTail, jobId, host }: Outcome): string[] {
  const text = stderrTail.trim() === '' ? stdoutTail : stderrTail;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // One line is in the sentence already.
  if (jobId === null || lines.length < 2) return [];
  const shown = lines.slice(-saidLines).map((line) => line.slice(0, saidColumns));
  return ['```', ...shown, '```', `All of it: /var/lib/openstack-upgrade/jobs/${jobId} on ${host}.`, ''];
}

const saidLines = 5;
const saidColumns = 120;

/** With a full stop. */
export function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
