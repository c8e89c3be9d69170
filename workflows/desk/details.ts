import type { Gate } from '../../schema/decision';
import type { Instant } from '../../schema/names';
import type { Owed, PhaseStatus, RunStatus } from '../../schema/status';
import { phaseLooks, phaseState, runLooks } from '../../schema/words';
import { choiceMeaning } from '../../schema/words';
import { pasteable } from './pasteable';

/** A proxy in front of the UI may refuse longer addresses, and the page travels in one. */
const limitBytes = 4096;

/**
 * The living page of a run (Current Details): what is done, what runs, what waits for whom and what to paste. Markdown
 * without tables, because the UI draws them without borders. Too long: the least urgent sections go first.
 */
export function renderDetails(options: { status: RunStatus; sentence: string }): string {
  const { status, sentence } = options;
  const sections = [
    headline({ status, sentence }),
    ...status.gates.slice(0, 3).map(gateSection),
    status.gates.length > 3 ? `…and ${String(status.gates.length - 3)} more open gates: query \`status\`.` : '',
    phasesSection(status),
    runningSection(status),
    owedSection(status.owed),
    ignoredSection(status.ignored),
  ].filter((section) => section !== '');
  return fitted(sections);
}

function fitted(sections: readonly string[]): string {
  const foot = '_This page does not refresh by itself: press R._';
  for (let kept = sections.length; kept > 1; kept--) {
    const page = [...sections.slice(0, kept), foot].join('\n\n');
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

function gateSection(gate: Gate): string {
  // Quotes are drawn large: the first line alone.
  const [asks = '', ...more] = cut({ text: gate.question, at: 1400 }).split('\n');
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
  // The UI cuts a code block at some 75 characters: what counts comes first.
  const rows = status.phases.map((phase) =>
    [
      phaseLooks[phaseState({ phase, gates: status.gates })].mark,
      `${String(phase.stepsDone).padStart(3)}/${String(phase.steps)}`.padEnd(8),
      times(phase).padEnd(13),
      cut({ text: phase.title, at: 46 }),
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
