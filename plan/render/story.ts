import type { HostName } from '../../schema/names';
import type { Batch, Phase, Plan, Step } from '../../schema/plan';
import { wayBackSentence } from '../../schema/way-back';
import { walkPhase } from '../check/walk';
import type { CloudState } from '../cloud-state';
import { enginesNow, servedNow } from './cloud-words';
import { underlined, wrapped } from './text';

/**
 * The plan as a story, the first thing that a person reads: each phase with what is done where, who serves and where engines
 * run afterwards, and how it is rolled back. State comes from the effects of the steps; nothing here is written by hand.
 */
export function renderStory(options: { plan: Plan; before: CloudState }): string | null {
  const { plan, before } = options;
  if (plan.phases.length === 0) return null;
  const told = plan.phases.reduce<{ state: CloudState; texts: readonly string[] }>(
    ({ state, texts }, phase, index) => {
      const after = walkPhase({ kind: plan.kind, state, phase }).state;
      const text = chapter({ plan, phase, number: index + 1, before: state, after });
      return { state: after, texts: [...texts, text] };
    },
    { state: before, texts: [] },
  );
  const start = stateLines({ state: before });
  return [underlined('What happens', '-'), legend, ['Before'].concat(start).join('\n'), ...told.texts].join('\n\n');
}

const legend = 'A star marks the new release: ctl1*. "look" asks once or for a short time, then a person.';

function chapter(options: { plan: Plan; phase: Phase; number: number; before: CloudState; after: CloudState }): string {
  const { plan, phase, number, before, after } = options;
  const hosts = plan.hosts.map(({ name }) => name);
  return [
    ...wrapped({
      text: `${String(number)}. ${phase.title}${phase.gate === null ? '' : '   [asks before]'}`,
      indent: '',
    }),
    ...wrapped({ text: phase.impact, indent: '   ' }),
    ...questionLines(phase),
    ...inRows(phase.batches).flatMap((row) => stepLines({ row, hosts })),
    ...(said(before) === said(after) ? [] : stateLines({ state: after })),
    ...labelled({ label: 'rollback', text: wayBackSentence(phase.wayBack) }),
  ].join('\n');
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
        ? `look: ${step.title}`
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

function stepLines(options: { row: Row; hosts: readonly HostName[] }): string[] {
  const { hosts, titles } = options.row;
  const everywhere = options.hosts.every((host) => hosts.includes(host));
  return labelled({ label: everywhere ? 'all hosts' : hosts.join(' '), text: titles.join('; ') });
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
