import type { Choice } from '../../schema/decision';
import type { Effect } from '../../schema/effect';
import type { Instant } from '../../schema/names';
import { isGood } from '../../schema/outcome';
import type { Phase } from '../../schema/plan';
import { restoreSentence, wayBackSentence } from '../../schema/way-back';
import { begun } from './roll-back';
import type { Run } from './run';

/**
 * The two rollbacks of a rolling run beside each other, with what each one costs, for a question that is not about a failed step. Empty where
 * there is only one: what it does, the plan and the meaning of its answer say.
 */
export function rollbackLines(options: { run: Run; choices: readonly Choice[] }): string[] {
  const { run, choices } = options;
  if (!choices.includes('rollBackWithRestore')) return [];
  return [
    ...(choices.includes('rollBack')
      ? [`rollBack: Undo every started phase, the last one first. ${withoutRestore(run)}`]
      : []),
    restoreLine(run),
  ];
}

/** At a failed step, where the phase says how it is undone. */
export function failureRollbackLines(options: { run: Run; phase: Phase; choices: readonly Choice[] }): string[] {
  const { run, phase, choices } = options;
  const both = choices.includes('rollBackWithRestore');
  const undo = both
    ? `${wayBackSentence(phase.wayBack)} ${withoutRestore(run)}`
    : [wayBackSentence(phase.wayBack), ...undoneSeconds(run)].join(' ');
  return [...(choices.includes('rollBack') ? [`rollBack: ${undo}`] : []), ...(both ? [restoreLine(run)] : [])];
}

function withoutRestore(run: Run): string {
  return [
    'Users are served meanwhile and keep what they wrote. The schema stays migrated, and the installed code works with it.',
    ...undoneSeconds(run),
  ].join(' ');
}

function restoreLine(run: Run): string {
  const { restore } = run.plan;
  return `rollBackWithRestore: ${[...(restore === undefined ? [] : [restoreSentence(restore)]), ...outage(run)].join(' ')}`;
}

/** What it costs: how long this run took for what a rollback undoes. Nothing where that is nothing yet. */
export function undoneSeconds(run: Run): string[] {
  const altering = new Set(begun(run).flatMap(({ id, altersCloud }) => (altersCloud ? [id] : [])));
  const seconds = run.journal
    .progress()
    .phases.filter(({ id }) => altering.has(id))
    .reduce((sum, { startedAt, endedAt }) => sum + secondsBetween(startedAt, endedAt ?? run.effects.now()), 0);
  return seconds < 1 ? [] : [`The phases that it undoes took ${String(Math.round(seconds))} s.`];
}

/** A restore does once more what this run has done and timed: dump, load, replace packages. The rest of it comes on top. */
function outage(run: Run): string[] {
  const data = secondsOf(run, (effect) => effect.kind === 'thing' && /^(?:loaded )?dump /.test(effect.thing));
  const code = secondsOf(run, (effect) => effect.kind === 'code');
  if (data + code < 1) return [];
  return [
    `Expect an outage of more than ${String(data + code)} s: in this run, to dump and load took ${String(data)} s, to replace packages ${String(code)} s on one host.`,
  ];
}

/** Of the slowest host: hosts go side by side. */
function secondsOf(run: Run, does: (effect: Effect) => boolean): number {
  const ids = new Set(
    run.plan.phases
      .flatMap(({ batches }) => batches.flatMap(({ steps }) => steps))
      .flatMap((step) => (step.kind === 'change' && (step.effects ?? []).some(does) ? [step.id] : [])),
  );
  const timed = run.journal.progress().outcomes.filter((one) => isGood(one) && ids.has(one.stepId));
  const hosts = [...new Set(timed.map(({ host }) => host))];
  const sums = hosts.map((host) =>
    timed
      .filter((one) => one.host === host)
      .reduce((sum, { startedAt, endedAt }) => sum + secondsBetween(startedAt, endedAt), 0),
  );
  return Math.round(Math.max(0, ...sums));
}

function secondsBetween(from: Instant | null, to: Instant): number {
  return from === null ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;
}
