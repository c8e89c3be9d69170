import type { HostName } from '../../schema/names';
import type { Batch, Phase, Plan, Step } from '../../schema/plan';
import { phasesBack, phasesOfRestore, stagesOf } from '../../schema/walk-plan';
import { isUndone, wayBackSentence } from '../../schema/way-back';
import { walkPhase } from '../check/walk';
import type { CloudState } from '../cloud-state';
import { enginesNow, servedNow } from './cloud-words';
import { underlined, wrapped } from './text';

interface Told {
  readonly plan: Plan;
  /** The surveyed cloud. */
  readonly before: CloudState;
}

export interface Stories {
  readonly forward: string;
  /** Null: no phase is undone by a run itself. */
  readonly rollback: string | null;
  /** Null: a full run, whose rollback restores by itself. */
  readonly restore: string | null;
}

/** Null: nothing is going to happen. */
export function renderStories(options: Told): Stories | null {
  const forward = renderStory(options);
  return forward === null ? null : { forward, rollback: renderRollback(options), restore: renderRestore(options) };
}

/**
 * The plan as a story, the first thing that a person reads: each phase with what is done where, who serves and where engines
 * run afterwards, and how it is rolled back. State comes from the effects of the steps; nothing here is written by hand.
 */
function renderStory(options: Told): string | null {
  const { plan, before } = options;
  if (plan.phases.length === 0) return null;
  const { texts } = told({ plan, before, phases: plan.phases, chapter: forwards });
  const start = stateLines({ state: before });
  return [underlined('What happens', '-'), legend, ['Before'].concat(start).join('\n'), ...texts].join('\n\n');
}

/** The same for the longest rollback that a run of this plan does by itself, and for what every run does at its end. */
function renderRollback(options: Told): string | null {
  const { plan, before } = options;
  const begun = rolledBack(plan.phases);
  const back = phasesBack(begun);
  if (back.length === 0) return null;
  const { state } = told({ plan, before, phases: begun, chapter: () => '' });
  const { texts } = told({ plan, before: state, phases: back, chapter: backwards });
  const from = begun.at(-1)?.title ?? '';
  return [underlined(`What a rollback from the end of "${from}" does`, '-'), ...texts, ...ends(plan)].join('\n\n');
}

/** The rollback with restore from the end of the run: nobody serves between its first phase and its last. */
function renderRestore({ plan, before }: Told): string | null {
  const phases = phasesOfRestore(plan.restore);
  if (phases.length === 0) return null;
  const { state } = told({ plan, before, phases: plan.phases, chapter: () => '' });
  const { texts } = told({ plan, before: state, phases, chapter: backwards });
  return [underlined('What a rollback with restore from the end does', '-'), ...texts].join('\n\n');
}

const legend =
  'A star marks the new release: ctl1*. "check" reads once or for a short time; if it fails, a person is asked.';

interface Chapter {
  readonly plan: Plan;
  readonly phase: Phase;
  readonly number: number;
  readonly before: CloudState;
  readonly after: CloudState;
}

function told(options: Told & { readonly phases: readonly Phase[]; readonly chapter: (chapter: Chapter) => string }): {
  readonly state: CloudState;
  readonly texts: readonly string[];
} {
  const { plan, before, phases, chapter } = options;
  return phases.reduce<{ state: CloudState; texts: readonly string[] }>(
    ({ state, texts }, phase, index) => {
      const after = walkPhase({ kind: plan.kind, state, phase }).state;
      return { state: after, texts: [...texts, chapter({ plan, phase, number: index + 1, before: state, after })] };
    },
    { state: before, texts: [] },
  );
}

/** Up to the first phase that no run undoes by itself. */
function rolledBack(phases: readonly Phase[]): readonly Phase[] {
  const restores = phases.findIndex(({ wayBack }) => !isUndone(wayBack));
  return restores === -1 ? phases : phases.slice(0, restores);
}

function forwards(chapter: Chapter): string {
  const { phase, number } = chapter;
  return [
    ...titleLines(`${String(number)}. ${phase.title}${asksBefore(phase)}`),
    ...wrapped({ text: phase.impact, indent: '   ' }),
    ...questionLines(phase),
    ...happens(chapter),
    ...labelled({ label: 'rollback', text: wayBackSentence(phase.wayBack) }),
  ].join('\n');
}

function backwards(chapter: Chapter): string {
  const { phase, number } = chapter;
  return [
    ...titleLines(`${String(number)}. ${phase.title}${asksBefore(phase)}`),
    ...wrapped({ text: phase.impact, indent: '   ' }),
    ...questionLines(phase),
    ...happens(chapter),
  ].join('\n');
}

const asksBefore = ({ gate }: Phase): string => (gate === null ? '' : '   [asks before]');
const titleLines = (text: string): string[] => wrapped({ text, indent: '' });

function happens({ plan, phase, before, after }: Chapter): string[] {
  return [
    ...rowsOf({ plan, batches: phase.batches }),
    ...(said(before) === said(after) ? [] : stateLines({ state: after })),
  ];
}

function rowsOf({ plan, batches }: { plan: Plan; batches: readonly Batch[] }): string[] {
  const hosts = plan.hosts.map(({ name }) => name);
  return chapters(batches).flatMap(({ lanes }) =>
    lanes.length === 1
      ? inRows(lanes.flat()).flatMap((row) => stepLines({ row, hosts }))
      : ['   side by side', ...lanes.flatMap((lane) => laneLines({ lane, hosts }))],
  );
}

/** Stages in a row in which nothing goes side by side read as one. */
function chapters(batches: readonly Batch[]): { readonly lanes: readonly (readonly Batch[])[] }[] {
  return stagesOf(batches).reduce<{ readonly lanes: readonly (readonly Batch[])[] }[]>((so, lanes) => {
    const last = so.at(-1)?.lanes ?? [];
    return last.length === 1 && lanes.length === 1
      ? [...so.slice(0, -1), { lanes: [[...last.flat(), ...lanes.flat()]] }]
      : [...so, { lanes }];
  }, []);
}

/** A dash begins each lane, and its other rows stand below it. */
function laneLines(options: { lane: readonly Batch[]; hosts: readonly HostName[] }): string[] {
  const { lane, hosts } = options;
  return inRows(lane).flatMap((row, index) => stepLines({ row, hosts, bullet: index === 0 ? '- ' : '  ' }));
}

function ends(plan: Plan): string[] {
  const { always, resolved } = plan.finally;
  return [
    ['At the end of every run', ...rowsOf({ plan, batches: always })].join('\n'),
    ['Once nothing is half-done', ...rowsOf({ plan, batches: resolved })].join('\n'),
  ];
}

/** The whole question: commands in it keep their lines. */
function questionLines({ gate }: Phase): string[] {
  const lines = gate === null ? [] : gate.question.split('\n').filter((line) => line !== '');
  return lines.flatMap((text, index) => labelled({ label: index === 0 ? 'asks' : '', text }));
}

interface Row {
  readonly hosts: readonly HostName[];
  readonly titles: readonly string[];
}

/** Batches that follow each other on the same hosts read as one line. */
function inRows(batches: readonly Batch[]): Row[] {
  return batches.reduce<Row[]>((rows, { hosts, steps }) => {
    const titles = steps.map(titleOf);
    const last = rows.at(-1);
    if (last?.hosts.join() !== hosts.join()) return [...rows, { hosts, titles }];
    return [...rows.slice(0, -1), { hosts, titles: [...last.titles, ...titles] }];
  }, []);
}

function titleOf(step: Step): string {
  switch (step.kind) {
    case 'probe':
      return step.retryForSeconds < longWaitSeconds
        ? `check: ${step.title}`
        : `wait up to ${minutes(step.retryForSeconds)}: ${step.title}`;
    case 'confirm':
      return `a person: ${step.title}`;
    case 'change':
    case 'watch':
      return step.title;
    default:
      return step satisfies never;
  }
}

/** Shorter ones are over before anybody wonders. */
const longWaitSeconds = 300;

const minutes = (seconds: number): string => `${String(Math.round(seconds / 60))} min`;

function stepLines(options: { row: Row; hosts: readonly HostName[]; bullet?: string }): string[] {
  const { hosts, titles } = options.row;
  const { bullet = '' } = options;
  const everywhere = options.hosts.every((host) => hosts.includes(host));
  return labelled({ label: `${bullet}${everywhere ? 'all hosts' : hosts.join(' ')}`, text: titles.join('; ') });
}

function stateLines(options: { state: CloudState }): string[] {
  const { state } = options;
  const engines = enginesNow(state);
  return [
    ...labelled({ label: 'serves', text: servedNow(state).join('; ') || 'nobody' }),
    ...(engines.length === 0 ? [] : labelled({ label: 'engines', text: engines.join('; ') })),
  ];
}

const said = (state: CloudState): string => stateLines({ state }).join('\n');

const column = 13;

/** The label in a column of its own; a longer one gets a line of its own. */
function labelled(options: { label: string; text: string }): string[] {
  const { label, text } = options;
  const lines = wrapped({ text, indent: '', columns: 100 - column });
  const pad = ' '.repeat(column + 3);
  const first = `   ${label}`;
  const body = lines.map((line) => `${pad}${line}`);
  if (label.length >= column) return [first, ...body];
  return [`${first.padEnd(column + 3)}${lines[0] ?? ''}`, ...body.slice(1)];
}
