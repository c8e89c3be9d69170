import type { Gate } from '../schema/decision';
import type { PhaseStatus, RunStatus } from '../schema/status';
import { phaseLooks, phaseState, runLooks, type Tone } from '../schema/words';
import { between, inWords } from '../report/durations';
import { roughly } from '../schema/duration-words';
import { outageText } from '../schema/outage-words';
import { programName } from './program-name';

/** A line for a terminal: what it says, and how it is meant; colours are the printer's. */
export interface Row {
  readonly text: string;
  readonly tone: Tone | 'plain';
}

/** The run as it stands at `now`, top to bottom: headline, phases, what runs on which host, what it waits for. */
export function statusRows(options: { status: RunStatus; workflowId: string; now: string }): Row[] {
  const { status, workflowId, now } = options;
  const width = Math.max(...status.phases.map(({ title }) => title.length), 0);
  return [
    headline({ status, now }),
    ...status.phases.flatMap((phase) => [
      phaseRow({ phase, gates: status.gates, width, now }),
      ...runningRows({ phase, status, now }),
    ]),
    ...(status.phases.some(({ state }) => state === 'running') ? [] : stepRows({ status, now })),
    ...outageRows(status),
    ...status.gates.flatMap((gate) => gateRows({ gate, workflowId, now })),
    ...(status.pausedBy === null
      ? []
      : [row('ask', `Paused by ${status.pausedBy}. To continue: resume ${workflowId}`)]),
    ...(status.owed.length === 0
      ? []
      : [row('quiet', `${status.owed.length} changes on hosts that are not yet undone`)]),
    ...(status.remains ?? []).map((sentence) => row('quiet', `not done yet: ${sentence}`)),
  ];
}

function headline(options: { status: RunStatus; now: string }): Row {
  const { cloud, services, from, to, kind, state, startedAt } = options.status;
  const which = services.length === 0 ? 'all services' : services.join(', ');
  const way = from === null ? `to ${to}` : `${from} -> ${to}`;
  const elapsed = inWords(between({ fromAt: startedAt, toAt: options.now }));
  const { words, tone } = runLooks[state];
  return row(tone, `${cloud}: ${which}, ${way} (${kind})   ${words}   ${elapsed}`);
}

function phaseRow(options: { phase: PhaseStatus; gates: readonly Gate[]; width: number; now: string }): Row {
  const { phase, gates, width, now } = options;
  const { title, stepsDone, steps, startedAt, endedAt } = phase;
  const took = startedAt === null ? '' : inWords(between({ fromAt: startedAt, toAt: endedAt ?? now }));
  const time = [took, expectedText(phase)].filter((part) => part !== '').join(', ');
  const text = `${title.padEnd(width)} ${`${stepsDone}/${steps}`.padStart(7)}  ${time}`.trimEnd();
  const { tone, mark } = phaseLooks[phaseState({ phase, gates })];
  return row(tone, `  ${mark} ${text}`);
}

/** Of a phase that has not ended. */
function expectedText({ expectedSeconds, endedAt }: PhaseStatus): string {
  return expectedSeconds === undefined || endedAt !== null ? '' : `expected ${roughly(expectedSeconds)}`;
}

/** What is closed to users now, and what was closed for longer than it may be. */
function outageRows({ outages = [] }: RunStatus): Row[] {
  return outages
    .filter(({ closedSince, overBudget }) => closedSince !== null || overBudget)
    .map((outage) => row(outage.overBudget ? 'bad' : 'warn', `  ! ${outageText(outage)}`));
}

function runningRows(options: { phase: PhaseStatus; status: RunStatus; now: string }): Row[] {
  return options.phase.state === 'running' ? stepRows(options) : [];
}

function stepRows(options: { status: RunStatus; now: string }): Row[] {
  const { status, now } = options;
  return status.running.map(({ host, title, since }) =>
    row('plain', `      ${host}: ${title}   ${inWords(between({ fromAt: since, toAt: now }))}`),
  );
}

function gateRows(options: { gate: Gate; workflowId: string; now: string }): Row[] {
  const { gate, workflowId, now } = options;
  const waited = inWords(between({ fromAt: gate.openedAt, toAt: now }));
  return [
    row('ask', `  ? gate ${gate.code} waits for a person since ${waited}: ${gate.choices.join(', ')}`),
    ...gate.question.split('\n').map((line) => row('plain', `      ${line}`)),
    ...answerCommands({ gate, workflowId }).map((command) => row('quiet', `      ${command}`)),
  ];
}

/** The commands that answer a gate, one for each choice, complete but for name and reason. */
export function answerCommands(options: {
  gate: Pick<Gate, 'code' | 'choices' | 'accept'>;
  workflowId: string;
}): string[] {
  const { gate, workflowId } = options;
  const accept = gate.accept.length === 0 ? '' : ` --accept ${gate.accept.join(',')}`;
  const who = '--by YOU --reason WHY';
  return gate.choices.map((choice) => {
    const command = (name: string): string => `${programName} ${name} ${workflowId} --gate ${gate.code}`;
    if (choice === 'approve') return `${command('approve')}${accept} ${who}`;
    if (choice === 'reject') return `${command('reject')} ${who}`;
    return `${command('decide')} --choice ${choice} ${who}`;
  });
}

function row(tone: Row['tone'], text: string): Row {
  return { tone, text };
}
