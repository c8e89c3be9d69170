import type { Gate } from '../../schema/decision';
import type { Instant } from '../../schema/names';
import { roughly } from '../../schema/duration-words';
import { outageText } from '../../schema/outage-words';
import type { OutageStatus, Owed, PhaseStatus, RunStatus } from '../../schema/status';
import { phaseLooks, phaseState, runLooks } from '../../schema/words';
import { choiceMeaning } from '../../schema/words';
import { pasteable } from './pasteable';

/** A proxy in front of the UI may refuse longer addresses, and the page travels in one. */
const limitBytes = 4096;

/** How much of a question is shown, the longest that leaves room for all else. */
const questionLengths = [2800, 2000, 1400] as const;

/**
 * The living page of a run (Current Details): what is done, what runs, what waits for whom and what to paste. Markdown
 * without tables, because the UI draws them without borders. Too long: the least urgent sections go first.
 */
export function renderDetails(options: { status: RunStatus; sentence: string }): string {
  const pages = questionLengths.map((questionLength) => sectionsOf({ ...options, questionLength }));
  return pages.map(joined).find((page) => bytes(page) <= limitBytes) ?? fitted(pages.at(-1) ?? []);
}

function sectionsOf(options: { status: RunStatus; sentence: string; questionLength: number }): string[] {
  const { status, sentence, questionLength } = options;
  return [
    headline({ status, sentence }),
    outagesSection(status),
    ...status.gates.slice(0, 3).map((gate) => gateSection({ gate, questionLength })),
    status.gates.length > 3 ? `…and ${String(status.gates.length - 3)} more open gates: query \`status\`.` : '',
    phasesSection(status),
    runningSection(status),
    owedSection(status.owed),
    remainsSection(status.remains ?? []),
    ignoredSection(status.ignored),
  ].filter((section) => section !== '');
}

const foot = '_This page does not refresh by itself: press R._';

function joined(sections: readonly string[]): string {
  return [...sections, foot].join('\n\n');
}

function fitted(sections: readonly string[]): string {
  for (let kept = sections.length; kept > 1; kept--) {
    const page = joined(sections.slice(0, kept));
    if (bytes(page) <= limitBytes) return page;
  }
  return [(sections[0] ?? '').slice(0, 1000), foot].join('\n\n');
}

/** UTF-8 length; the page uses nothing beyond three bytes a character. */
function bytes(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character.charCodeAt(0) < 0x80 ? 1 : 3), 0);
}

function headline(options: { status: RunStatus; sentence: string }): string {
  const { status, sentence } = options;
  const { cloud, services, from, to, state, pausedBy } = status;
  const series = from === null ? `to ${to}` : `${from} → ${to}`;
  const title = [cloud, services.join(', '), to === '' ? '' : series, runLooks[state].words].filter(
    (part) => part !== '',
  );
  return [
    `### ${title.join(' · ')}`,
    ...(sentence === '' ? [] : [cut({ text: sentence, at: 600 })]),
    ...(pausedBy === null ? [] : [`Paused by ${pausedBy}. Send the update \`resume\`: \`{"by":"<you>"}\`.`]),
  ].join('\n\n');
}

/** What is closed now, and what was closed for longer than it may be. */
function outagesSection({ outages = [] }: RunStatus): string {
  const told = outages.filter(({ closedSince, overBudget }) => closedSince !== null || overBudget);
  return told.map(outageLine).join('\n');
}

/** The page is drawn when something happens: it says since when, and no length that grows meanwhile. */
function outageLine(outage: OutageStatus): string {
  const text = outageText(outage);
  return outage.overBudget ? `- **${text.replace(/^OVER BUDGET: \S+/, '$&**')}` : `- ${text}`;
}

function gateSection(options: { gate: Gate; questionLength: number }): string {
  const { gate, questionLength } = options;
  // Quotes are drawn large: the first line alone.
  const [asks = '', ...more] = cut({ text: gate.question, at: questionLength }).split('\n');
  const decides = gate.choices.filter((choice) => choice !== 'approve' && choice !== 'reject');
  const answers = pasteable(gate).filter(({ message }) => message !== 'reject');
  return [
    `**Gate ${gate.code}**, open since ${clock(gate.openedAt)}`,
    `> ${withOptionsAsCode(asks)}`,
    ...(more.length === 0 ? [] : [more.join('\n').trim()]),
    ...(decides.length === 0
      ? []
      : [decides.map((choice) => `- \`${choice}\`: ${choiceMeaning({ about: gate.about, choice })}`).join('\n')]),
    ...answers.flatMap(({ message, json }) => [
      `More Actions → Send an Update → \`${message}\`${message === 'approve' ? ' (or `reject`, without `accept`)' : ''}, paste, enter your name, send:`,
      fence({ language: 'json', text: JSON.stringify(json, null, 2) }),
    ]),
  ].join('\n\n');
}

/** The UI draws two hyphens as one dash: nobody could copy the command. */
function withOptionsAsCode(text: string): string {
  return text.replace(/(^|\s)(--[a-z][\w-]*(?:=\S+)?)/g, '$1`$2`');
}

function phasesSection(status: RunStatus): string {
  if (status.phases.length === 0) return '';
  const isExpected = status.phases.some(({ expectedSeconds }) => expectedSeconds !== undefined);
  // The UI cuts a code block at some 75 characters: what counts comes first.
  const rows = status.phases.map((phase) =>
    [
      phaseLooks[phaseState({ phase, gates: status.gates })].mark,
      `${String(phase.stepsDone).padStart(3)}/${String(phase.steps)}`.padEnd(8),
      times(phase).padEnd(13),
      ...(isExpected ? [expected(phase)] : []),
      cut({ text: phase.title, at: isExpected ? 35 : 46 }),
    ]
      .join(' ')
      .trimEnd(),
  );
  return fence({ language: '', text: rows.join('\n') });
}

/** Minutes, in UTC like everything here. */
function times(phase: PhaseStatus): string {
  const minutes = (instant: Instant | null): string => instant?.slice(11, 16) ?? '';
  return phase.startedAt === null ? '' : `${minutes(phase.startedAt)} – ${minutes(phase.endedAt)}`.trimEnd();
}

/** Beside the times: what a phase that has not ended is expected to take. */
function expected({ expectedSeconds, endedAt }: PhaseStatus): string {
  return (expectedSeconds === undefined || endedAt !== null ? '' : roughly(expectedSeconds)).padEnd(11);
}

function runningSection(status: RunStatus): string {
  if (status.running.length === 0) return '';
  const rows = status.running
    .slice(0, 8)
    .map(
      ({ host, title, since, step }) => `- ${host}: ${withOptionsAsCode(title)}, since ${clock(since)} (\`${step}\`)`,
    );
  const rest = status.running.length - rows.length;
  return ['**Running**', '', ...rows, ...(rest > 0 ? [`- …and ${String(rest)} more`] : [])].join('\n');
}

function owedSection(owed: readonly Owed[]): string {
  if (owed.length === 0) return '';
  const rows = owed.slice(0, 6).map(({ host, title }) => `- ${host}: ${title}`);
  const rest = owed.length - rows.length;
  return [
    '**Not cleaned up yet** (commands: query `status`, or the report)',
    '',
    ...rows,
    ...(rest > 0 ? [`- …and ${String(rest)} more`] : []),
  ].join('\n');
}

function remainsSection(remains: readonly string[]): string {
  if (remains.length === 0) return '';
  const rows = remains.slice(0, 6).map((sentence) => `- ${sentence}`);
  const rest = remains.length - rows.length;
  return ['**Not done yet**', '', ...rows, ...(rest > 0 ? [`- …and ${String(rest)} more`] : [])].join('\n');
}

function ignoredSection(ignored: readonly string[]): string {
  const last = ignored.at(-1);
  return last === undefined ? '' : `Last ignored message: ${cut({ text: last, at: 300 })}`;
}

function fence(options: { language: string; text: string }): string {
  return `\`\`\`${options.language}\n${options.text}\n\`\`\``;
}

function cut(options: { text: string; at: number }): string {
  const { text, at } = options;
  return text.length <= at ? text : `${text.slice(0, at - 1)}…`;
}

/** Instants are UTC; at night people compare minutes, not days. */
function clock(instant: Instant): string {
  return `${instant.slice(11, 19)} UTC`;
}
