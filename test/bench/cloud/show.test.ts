import type { MeasuredRun } from '../../../bench/cloud/benchmark';
import { setOf } from '../../../bench/cloud/services';
import { renderCloud } from '../../../bench/cloud/show';
import type { Row } from '../../../bench/series';

const run = (
  changes: Pick<MeasuredRun, 'contender' | 'wholeSeconds' | 'parts'> & Partial<MeasuredRun>,
): MeasuredRun => ({
  whole: { fromMs: 0, toMs: changes.wholeSeconds * 1000 },
  plannedSeconds: null,
  engine: null,
  spans: [],
  partsWhileDown: { packages: changes.parts.packages ?? 0 },
  downtime: [],
  foreignLoad: 0.02,
  ...changes,
});

const row = (name: string, whole: number, down: number): Row => ({
  kind: 'measured',
  name,
  runs: [{ figures: { whole, 'down heat-api': down, 'down heat-api-cfn': down + 1 }, foreignLoad: 0.02 }],
});

it('shows downtime and time of each, where it goes, and what the engine adds', () => {
  const engine = {
    wholeSeconds: 120,
    commandSeconds: 108,
    engineSeconds: 12,
    steps: 100,
    engineMsPerStep: 120,
  };
  const benchmark = {
    rows: [
      row('ours', 120, 60),
      row('bare script', 40, 30),
      {
        kind: 'notMeasured',
        name: 'bare script with dumps',
        why: 'it failed: ctl2 does not have heat-api 1:21',
      } as const,
    ],
    runs: [
      run({ contender: 'ours', wholeSeconds: 120, parts: { stop: 9, packages: 20 }, plannedSeconds: 15.5, engine }),
      run({ contender: 'bare script', wholeSeconds: 40, parts: { stop: 3, packages: 16 } }),
    ],
  };
  const text = renderCloud({ journey: 'upgrade', set: setOf.heat, benchmark });
  expect(
    text
      .split('\n')
      .filter((line) => !/^ {2}(down|whole|The script|Ours):? /.test(line))
      .join('\n'),
  ).toBe(
    `A full upgrade of Heat alone from antelope to bobcat, two controllers
                          whole s  x script  heat-api down s  x script  heat-api-cfn down s  x script  foreign load
  ours                      120.0      3.00             60.0      2.00                 61.0      1.97           2 %
  bare script                40.0      1.00             30.0      1.00                 31.0      1.00           2 %
  bare script with dumps  not measured: it failed: ctl2 does not have heat-api 1:21

Where the time goes
            ours s  bare script s  bare script with dumps s  x bare script
  stop         9.0            3.0                         -           3.00
  packages    20.0           16.0                         -           1.25

Of that, while an API was down
            ours s  bare script s  bare script with dumps s  x bare script
  packages    20.0           16.0                         -           1.25

ours: 108.0 s in which commands ran on hosts, and 12.0 s of the engine around 100 steps: 120 ms a step. Survey and plan before: 15.5 s.
`,
  );
});

it('compares a rollback with the script that has something to go back to', () => {
  const benchmark = { rows: [row('ours', 60, 50), row('bare script with dumps', 30, 25)], runs: [] };
  const [title, , ours] = renderCloud({ journey: 'rollback', set: setOf.heat, benchmark }).split('\n');
  expect(title).toBe(
    'The rollback of a full upgrade of Heat alone from bobcat to antelope, databases restored, two controllers',
  );
  expect(ours?.trim().split(/ {2,}/).slice(0, 3)).toEqual(['ours', '60.0', '2.00']);
});
