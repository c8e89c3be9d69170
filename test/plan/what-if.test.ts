import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../schema/plan';
import { guardsOf, type Guard } from './guards';
import { ownVhost } from '../support/cloud-changes';
import { toyPartialPlan } from '../support/planned';
import { violated } from './violated-clouds';
import { lookAt, notViolatedHere, violations } from './violated-probes';

/** With everything that a request can ask for, so that every guard is there. */
const phases = [
  { order: 'sideEngine' },
  { order: 'guide' },
  { order: 'guide', apis: 'switchFirst' },
  { order: 'venv', wheelhouse: '/srv/heat-wheels' },
].flatMap(
  (rolling) =>
    toyPartialPlan({
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      request: { options: { rolling: { ...rolling, removeOldVhost: true } } },
      change: ownVhost({ notificationVhost: 'metering' }),
    }).phases,
);
const guards = guardsOf({ phases });

describe('every guard of a rolling run', () => {
  it('says what helps when it does not hold', () => {
    expect(guards.filter(({ probe }) => probe.remedy === undefined).map(({ probe }) => probe.id)).toEqual([]);
  });

  it('is violated once: none is missing, and none is listed that is gone', () => {
    const listed = [...Object.keys(violations), ...Object.keys(notViolatedHere)];
    expect(listed.sort()).toEqual(guards.map(({ probe }) => probe.id).sort());
  });

  it.each(guards.flatMap(({ probe }) => (violations[probe.id] === undefined ? [] : [[probe.id, probe] as const])))(
    '%s stops the run and says why',
    (id, probe) => {
      const violation = violations[id]!;
      const { code, lastLine } = lookAt({ probe, violation });
      expect(lastLine).toBe(violation.said);
      expect(code).not.toBe(0);
    },
  );
});

describe('every finding of a rolling upgrade', () => {
  it('is seen in one of the violated clouds', () => {
    const folder = join(__dirname, '../../plan/findings');
    const sources = readdirSync(folder).filter((name) => /^(rolling.*|by-hand|old-vhost)\.ts$/.test(name));
    const written = sources.flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [...text.matchAll(/(?:what: |few\(|block\(\s*|differ\(\s*)(['`])([a-z][^'`]*)\1/g)].map(
        ([, , what = '']) => what,
      );
    });
    const seen = violated.flatMap(([, options]) => toyPartialPlan(options).findings.map(({ id }) => id));
    // `stuck-${row.id}` is any id that begins so.
    const unseen = written.filter((what) => !seen.some((id) => id.startsWith(what.split('${')[0] ?? what)));
    expect(unseen).toEqual([]);
    expect(written.length).toBeGreaterThan(20);
  });
});

describe('docs/what-if.md', () => {
  it('lists every guard in the words of the code', () => {
    const file = join(__dirname, '../../docs/what-if.md');
    const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- guards: .*-->$/m);
    const text = `${before ?? ''}${mark('written by the test')}\n\n${tables()}\n${mark('end')}${after ?? ''}`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

function mark(word: string): string {
  return `<!-- guards: ${word} -->`;
}

function tables(): string {
  return [
    '### Before anything is touched',
    '',
    ...table(['seen', 'where it stops', 'the sentence', 'what to do'], violated.flatMap(findingRows)),
    '',
    '### On the way',
    '',
    'At the gate it reads: host, what must hold, what was seen.',
    '',
    ...table(['must hold', 'where it stops', 'seen, for example', 'what to do'], guards.map(guardRow)),
    '',
  ].join('\n');
}

function findingRows([seen, options]: (typeof violated)[number]): string[][] {
  const usual = new Set(toyPartialPlan({}).findings.map(({ id }) => id));
  return toyPartialPlan(options)
    .findings.filter(({ id }) => !usual.has(id))
    .map((finding) => [seen, stopOf(finding), `\`${finding.id}\`: ${finding.text}`, finding.remedy]);
}

function stopOf({ level }: Finding): string {
  return { blocker: 'refused', warning: 'accepted by id in the approval', note: 'nowhere' }[level];
}

function guardRow({ probe, before, phases }: Guard): string[] {
  const { id, title, remedy = '', retryForSeconds } = probe;
  const where = `${before ? 'before' : 'in'} ${few(phases)}`;
  const stops = retryForSeconds === 0 ? `gate ${where}` : `waits ${inWords(retryForSeconds)} ${where}, then gate`;
  return [title, stops, violations[id]?.said ?? notViolatedHere[id] ?? '', remedy];
}

function few(phases: readonly string[]): string {
  return phases.length > 3 ? `${phases.slice(0, 3).join(', ')} and others` : phases.join(', ');
}

function inWords(seconds: number): string {
  return seconds % 60 === 0 ? `${String(seconds / 60)} min` : `${String(seconds)} s`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
