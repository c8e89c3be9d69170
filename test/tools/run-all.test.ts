import { decideStages, parseOnly, parts, type Machine } from '../run-all/stages';
import { nothing, sum, summaryLine, tallyJest, type JestResult } from '../run-all/tally';

const machine: Machine = {
  platform: 'linux',
  isRoot: true,
  checks: ['check:types', 'check:lint'],
  labTests: ['test/lab/full.test.ts', 'test/lab/kills.test.ts'],
  packageTests: ['test/package/plugin.test.ts'],
  reachesRegistry: true,
};
const names = (only: string, on: Machine = machine): readonly string[] =>
  decideStages({ only: parseOnly(only === '' ? [] : ['--only', only]), machine: on }).map(({ name }) => name);

describe('npm test', () => {
  it('runs the cheapest first, and finds a server before the first part that needs one', () => {
    expect(names('')).toEqual(['check:types', 'check:lint', 'unit', 'server', 'temporal', 'package', 'lab']);
  });

  it('runs only what was asked for, and looks for no server when nothing needs one', () => {
    expect(names('unit')).toEqual(['unit']);
    expect(names('lab,unit')).toEqual(['unit', 'server', 'lab']);
    expect(names('lab', { ...machine, isRoot: false })).toEqual(['lab']);
  });

  it.each([
    [{ ...machine, isRoot: false }, 'the lab boots hosts with systemd-nspawn, which needs root'],
    [{ ...machine, platform: 'darwin' }, 'the lab boots hosts with systemd-nspawn, which needs Linux (this is darwin)'],
  ])('skips every lab test by name where it cannot run', (on, why) => {
    expect(decideStages({ only: parts, machine: on }).at(-1)).toEqual({
      kind: 'skip',
      name: 'lab',
      tests: ['test/lab/full.test.ts', 'test/lab/kills.test.ts'],
      why,
    });
  });

  it('skips every packaging test by name where npm reaches no registry', () => {
    expect(decideStages({ only: ['package'], machine: { ...machine, reachesRegistry: false } })).toEqual([
      {
        kind: 'skip',
        name: 'package',
        tests: ['test/package/plugin.test.ts'],
        why: 'npm reaches no registry, and they install the package into projects of their own',
      },
    ]);
  });

  it.each([[['--only', 'units']], [['--only']], [['unit']], [['--only', '']]])(
    'refuses %j with the spelling',
    (args) => {
      expect(() => parseOnly(args)).toThrow('Usage: npm test -- --only check,unit,temporal,package,lab');
    },
  );
});

describe('counting', () => {
  const result: JestResult = {
    testResults: [
      {
        name: '/p/test/a.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'a works', status: 'passed' },
          { fullName: 'b works', status: 'failed' },
          { fullName: 'c works (needs an ARM machine)', status: 'pending' },
          { fullName: 'd is thought of', status: 'todo' },
        ],
      },
      { name: '/p/test/broken.test.ts', status: 'failed', assertionResults: [] },
    ],
  };

  it('counts tests, and a file that could not be loaded as one failure', () => {
    expect(tallyJest({ project: 'unit', result, trouble: 'jest ended with exit code 1' })).toEqual({
      passed: 1,
      failed: ['unit: b works', 'unit: /p/test/broken.test.ts could not be run'],
      skipped: ['unit: c works (needs an ARM machine)', 'unit: d is thought of'],
    });
  });

  it.each([undefined, { testResults: [] }])('never calls a run green that jest did not', (seen) => {
    const trouble = 'jest ended with SIGKILL';
    expect(tallyJest({ project: 'lab', result: seen, trouble }).failed).toEqual(['lab: jest ended with SIGKILL']);
  });

  it('ends with one line', () => {
    const passed = { ...nothing, passed: 2 };
    expect(summaryLine(passed)).toBe('2 passed, 0 failed');
    expect(summaryLine(sum([passed, { passed: 3, failed: ['x'], skipped: ['y', 'z'] }]))).toBe(
      '5 passed, 1 failed, 2 skipped',
    );
  });
});
