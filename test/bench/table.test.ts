import type { Series } from '../../bench/series';
import { summarize } from '../../bench/summary';
import { renderSeries, renderVerdicts } from '../../bench/table';

const series: Series = {
  title: '50 hosts x 20 commands',
  notes: ['Whole processes from start to end.'],
  columns: [
    { id: 'wall', title: 'wall s', digits: 2, withRatio: true },
    { id: 'cpuEach', title: 'CPU ms a command', digits: 2, withRatio: false },
  ],
  reference: 'ours',
  ratioTitle: 'x ours',
  rows: [
    { kind: 'measured', name: 'ours', runs: [{ figures: { wall: 2.5, cpuEach: 0.734 }, foreignLoad: 0.011 }] },
    { kind: 'measured', name: 'Ansible raw', runs: [{ figures: { wall: 27.5, cpuEach: 35 }, foreignLoad: 0.5 }] },
    { kind: 'notMeasured', name: 'pyinfra', why: 'no python3 with venv here.' },
  ],
  targets: [
    { row: 'ours', column: 'cpuEach', atMost: 1.5, unit: 'CPU ms a command' },
    { row: 'ours', column: 'wall', atMost: 2, unit: 's' },
    { row: 'pyinfra', column: 'wall', atMost: 9, unit: 's' },
  ],
};

it('prints a series as a person reads it', () => {
  expect(renderSeries(summarize(series))).toBe(`50 hosts x 20 commands
               wall s  x ours  CPU ms a command  foreign load
  ours           2.50    1.00              0.73           1 %
  Ansible raw   27.50      11             35.00        * 50 %
  pyinfra      not measured: no python3 with venv here.
  * other programs had more than 20 % of the machine in at least one of its runs
  target: ours <= 1.5 CPU ms a command: 0.73 CPU ms a command, met
  target: ours <= 2 s: 2.50 s, MISSED
  target: pyinfra <= 9 s: not measured
  Whole processes from start to end.
`);
});

it('counts the targets that were met', () => {
  expect(renderVerdicts(summarize(series).verdicts)).toBe('1 of 3 targets met.');
});
