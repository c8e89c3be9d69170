import type { Entry } from '../../bench/remote/entries';
import type { Measurement } from '../../bench/remote/measure';
import { readRun } from '../../bench/remote/read-run';
import { runRounds } from '../../bench/rounds';
import type { Row } from '../../bench/series';

const entry = (name: string): Entry => ({
  name,
  tool: 'ours',
  build: () => ({ argv: [], environment: {}, files: {} }),
  assignment: { work: { kind: 'commands', perHost: 1 }, hosts: [], command: 'true', warmUp: false },
  figures: ({ answer }) => ({ ms: answer?.milliseconds ?? Number.NaN }),
});

const took = (milliseconds: number): Measurement => ({
  kind: 'done',
  wallMs: 1,
  cpuMs: 1,
  foreignLoad: 0.1,
  answer: { milliseconds, bytes: 0 },
});

/** Runs entries of these names; `answers` gives what each measurement in turn is. */
async function rounds(options: {
  readonly names: readonly string[];
  readonly answers: readonly Measurement[];
  readonly whyNot?: (name: string) => string | null;
}): Promise<{ readonly order: readonly string[]; readonly rows: readonly Row[] }> {
  const order: string[] = [];
  const rows = await runRounds({
    entries: options.names.map(entry),
    rounds: 3,
    whyNot: ({ name }) => options.whyNot?.(name) ?? null,
    measure: (one) =>
      Promise.resolve(readRun({ entry: one, got: options.answers[order.push(one.name) - 1] ?? took(0) })),
    say: () => undefined,
  });
  return { order, rows };
}

it('runs the entries in turn, and keeps every run in its row', async () => {
  const { order, rows } = await rounds({ names: ['a', 'b'], answers: [1, 2, 3, 4, 5, 6].map(took) });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  const run = (ms: number): object => ({ figures: { ms }, foreignLoad: 0.1 });
  expect(rows).toEqual([
    { kind: 'measured', name: 'a', runs: [run(1), run(3), run(5)] },
    { kind: 'measured', name: 'b', runs: [run(2), run(4), run(6)] },
  ]);
});

it('does not try again what failed, and forgets what it measured before', async () => {
  const failed: Measurement = { kind: 'failed', why: 'exit code 1' };
  const { order, rows } = await rounds({ names: ['a', 'b'], answers: [took(1), took(2), took(3), failed] });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a']);
  expect(rows).toMatchObject([
    { kind: 'measured', name: 'a' },
    { kind: 'notMeasured', name: 'b', why: 'it failed: exit code 1' },
  ]);
});

it('never starts what this machine lacks', async () => {
  const { order, rows } = await rounds({
    names: ['a', 'b'],
    answers: [],
    whyNot: (name) => (name === 'b' ? 'no ssh' : null),
  });
  expect(order).toEqual(['a', 'a', 'a']);
  expect(rows[1]).toEqual({ kind: 'notMeasured', name: 'b', why: 'no ssh' });
});

it('takes a program that printed no figure for failed', async () => {
  const { rows } = await rounds({ names: ['a'], answers: [{ ...took(1), answer: null } as Measurement] });
  expect(rows).toEqual([{ kind: 'notMeasured', name: 'a', why: 'it failed: it ended well and printed no figure' }]);
});
