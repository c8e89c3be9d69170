import { clippedTo, coveredMs } from '../../../bench/cloud/intervals';
import { readMarks, secondsByPart } from '../../../bench/cloud/parts';
import { renderParts } from '../../../bench/cloud/parts-table';

it('counts once what is done side by side, and leaves pauses out', () => {
  const spans = [
    { fromMs: 500, toMs: 900 },
    { fromMs: 0, toMs: 100 },
    { fromMs: 50, toMs: 200 },
    { fromMs: 600, toMs: 700 },
  ];
  expect([coveredMs(spans), coveredMs([])]).toEqual([600, 0]);
});

it('takes of each interval what lies in an outage', () => {
  const intervals = [
    { part: 'stop', fromMs: 0, toMs: 100 },
    { part: 'packages', fromMs: 100, toMs: 400 },
  ];
  const windows = [
    { fromMs: 50, toMs: 150 },
    { fromMs: 350, toMs: 500 },
  ];
  expect(clippedTo({ intervals, windows })).toEqual([
    { part: 'stop', fromMs: 50, toMs: 100 },
    { part: 'packages', fromMs: 100, toMs: 150 },
    { part: 'packages', fromMs: 350, toMs: 400 },
  ]);
});

it('reads the marks of the script', () => {
  const marks = '1000 close\n1500 packages\n4500 open\n4600 end\n';
  expect(secondsByPart(readMarks(marks))).toEqual({ close: 0.5, packages: 3, open: 0.1 });
});

it('takes no parts of a script that stopped half-way, or that names one nobody knows', () => {
  expect(() => readMarks('1000 close\n1500 packages\n')).toThrow('the script left no mark of its end');
  expect(() => readMarks('')).toThrow('the script left no mark of its end');
  expect(() => readMarks('1000 closing\n1500 end\n')).toThrow('the script left a mark that is none: closing');
});

it('prints a line for each part that somebody has, with medians and their ratio', () => {
  const columns = [
    {
      name: 'ours',
      runs: [
        { stop: 5, packages: 12 },
        { stop: 7, packages: 8 },
        { stop: 6, packages: 10, dump: 2 },
      ],
    },
    { name: 'bare script', runs: [{ stop: 3, packages: 10 }] },
  ];
  expect(renderParts({ title: 'Where the time goes', columns, reference: 'bare script', notes: ['A note.'] })).toBe(
    `Where the time goes
            ours s  bare script s  x bare script
  stop         6.0            3.0           2.00
  dump         2.0              -              -
  packages    10.0           10.0           1.00
  A note.
`,
  );
});
