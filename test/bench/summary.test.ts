import fc from 'fast-check';
import type { Run, Series } from '../../bench/series';
import { median, summarize } from '../../bench/summary';

const runs = (...values: readonly number[]): Run[] => values.map((ms) => ({ figures: { ms }, foreignLoad: 0.01 }));

const series = (changes: Partial<Series> = {}): Series => ({
  title: 'A probe',
  notes: [],
  columns: [{ id: 'ms', title: 'ms', digits: 2, withRatio: true }],
  reference: 'ours',
  ratioTitle: 'x ours',
  rows: [
    { kind: 'measured', name: 'ours', runs: runs(2, 9, 3) },
    { kind: 'measured', name: 'ssh', runs: runs(12, 11, 30) },
  ],
  targets: [],
  ...changes,
});

describe('the summary of a series', () => {
  it('takes medians, and ratios to our own median', () => {
    const { rows } = summarize(series());
    expect(rows).toMatchObject([
      { name: 'ours', cells: { ms: { median: 3, ratio: 1 } } },
      { name: 'ssh', cells: { ms: { median: 12, ratio: 4 } } },
    ]);
  });

  it('gives no ratio where ours was not measured', () => {
    const [, ssh] = summarize(
      series({
        rows: [
          { kind: 'notMeasured', name: 'ours', why: 'no sshd' },
          { kind: 'measured', name: 'ssh', runs: runs(12) },
        ],
      }),
    ).rows;
    expect(ssh).toMatchObject({ cells: { ms: { median: 12, ratio: null } } });
  });

  it.each([
    { atMost: 3, met: true },
    { atMost: 2.99, met: false },
  ])('judges a median of 3 by a target of $atMost: $met', ({ atMost, met }) => {
    const { verdicts } = summarize(series({ targets: [{ row: 'ours', column: 'ms', atMost, unit: 'ms' }] }));
    expect(verdicts).toMatchObject([{ measured: 3, met }]);
  });

  it('does not call a target met that was not measured', () => {
    const { verdicts } = summarize(series({ targets: [{ row: 'gone', column: 'ms', atMost: 3, unit: 'ms' }] }));
    expect(verdicts).toMatchObject([{ measured: null, met: false }]);
  });

  it('marks a row by its most disturbed run', () => {
    const [first = { figures: { ms: 1 }, foreignLoad: 0 }, ...rest] = runs(1, 1, 1);
    const rows = [
      { kind: 'measured', name: 'ours', runs: [{ ...first, foreignLoad: 0.21 }, ...rest] },
      { kind: 'measured', name: 'ssh', runs: [{ ...first, foreignLoad: 0.2 }, ...rest] },
    ] as const;
    expect(summarize(series({ rows })).rows).toMatchObject([
      { foreignLoad: 0.21, disturbed: true },
      { foreignLoad: 0.2, disturbed: false },
    ]);
  });
});

describe('the median', () => {
  it('is the mean of the two in the middle of an even number', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('has as many values above as below, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });

  it('does not hide a missing figure', () => {
    expect(median([])).toBeNaN();
    expect(median([1, Number.NaN, 2])).toBeNaN();
  });
});
