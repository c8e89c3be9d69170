import type { Choice } from '../../schema/decision';
import type { HostName } from '../../schema/names';
import type { Outcome } from '../../schema/outcome';
import type { Plan, Repair, Step } from '../../schema/plan';

/**
 * What can be done about an outcome; `rollBack`: the plan knows the way back from here, `repair`: and what helps against
 * what was seen.
 */
export function choicesFor(
  outcome: Pick<Outcome, 'kind'>,
  can: { rollBack: boolean; repair: boolean },
): readonly Choice[] {
  const choices = choicesAbout(outcome).filter((choice) => choice !== 'repair' || can.repair);
  return can.rollBack && choices.length > 0 ? [...choices.slice(0, -1), 'rollBack', ...choices.slice(-1)] : choices;
}

/** The last one is always to stop. A command that may still run is never started beside itself: no retry. */
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
export function confirmChoices(can: { rollBack: boolean }): readonly Choice[] {
  return can.rollBack ? ['markDone', 'rollBack', 'abort'] : ['markDone', 'abort'];
}

/** The question beside a failed step: what happened in the first line, then what the dangerous answers would mean. */
export function failureQuestion(options: {
  plan: Plan;
  outcome: Outcome;
  leftOut: ReadonlySet<HostName>;
  altered: boolean;
  choices: readonly Choice[];
  wayBack: string;
  remedy: string | undefined;
  repair: Repair | undefined;
  /** A migration failed: it may have altered a part. */
  halfMigrated: boolean;
}): string {
  const { plan, outcome, leftOut, altered, choices, wayBack, remedy, repair, halfMigrated } = options;
  const nowhere = choices.includes('leaveHostOut') ? onlyOn({ plan, host: outcome.host, leftOut }) : [];
  return [
    `${ended(outcome.sentence)} What now?`,
    ...(remedy === undefined ? [] : [`Fix: ${remedy}`]),
    ...(choices.includes('repair') && repair !== undefined ? [`repair: ${repair.step.title}, on ${repair.host}`] : []),
    ...(halfMigrated
      ? [
          'retry: the migration runs again on what it left. Compare "Before" and "Now" first; where only a part of it is there, restore the dump instead.',
        ]
      : []),
    ...(outcome.stillRunning ? ['The command may still be running.'] : []),
    ...(nowhere.length === 0
      ? []
      : [`leaveHostOut: these steps run on no other host and will not be done: ${few(nowhere)}.`]),
    ...(choices.includes('rollBack') ? [`rollBack: ${wayBack}`] : []),
    ...(altered ? [`The restore point is in ${restorePoint(plan)} on the hosts that it restores.`] : []),
  ].join('\n');
}

/** Titles of the changes that no other host runs: leaving the host out would leave them undone for the whole cloud. */
export function onlyOn(options: { plan: Plan; host: HostName; leftOut: ReadonlySet<HostName> }): string[] {
  const { plan, host, leftOut } = options;
  const hostsOf = new Map<string, Set<HostName>>();
  const titles = new Map<string, string>();
  for (const { hosts, steps } of plan.phases.flatMap(({ batches }) => batches)) {
    for (const step of steps.filter(isChange)) {
      titles.set(step.id, step.title);
      const known = hostsOf.get(step.id) ?? new Set();
      hosts.filter((one) => !leftOut.has(one)).forEach((one) => known.add(one));
      hostsOf.set(step.id, known);
    }
  }
  return [...hostsOf]
    .filter(([, hosts]) => hosts.size === 1 && hosts.has(host))
    .map(([stepId]) => titles.get(stepId) ?? stepId);
}

function isChange(step: Step): boolean {
  return step.kind === 'change';
}

function restorePoint(plan: Pick<Plan, 'runId'>): string {
  return `/var/lib/openstack-upgrade/restore-points/${plan.runId}`;
}

function few(titles: readonly string[]): string {
  const rest = titles.length - 4;
  return rest > 0 ? `${titles.slice(0, 4).join(', ')} and ${String(rest)} more` : titles.join(', ');
}

/** With a full stop. */
export function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
