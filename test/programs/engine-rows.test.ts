import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeModules, runProgram } from './run-program';

/** A row as the program reads it: host, engine, seconds since it was heard of, its interval. */
type Row = readonly [string, string, number, number];

/** The program as it is, on fakes of sqlalchemy, oslo.config and systemctl; the lab runs it on an engine's host. */
describe('engine-rows (fake database)', () => {
  const here = hostname();
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'engine-rows-'));
    writeFileSync(join(directory, 'heat.conf'), '[database]\nconnection = mysql+pymysql://heat:s%40e@db1/heat\n');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (options: { words: readonly string[]; rows: readonly Row[]; startedSecondsAgo?: number }) => {
    const { words, rows, startedSecondsAgo = 5 } = options;
    const [verb = '', ...rest] = words;
    const database = join(directory, 'database.json');
    writeFileSync(database, JSON.stringify({ tables: [], rows: [['FROM service WHERE deleted_at IS NULL', rows]] }));
    const systemctl = join(directory, 'systemctl');
    writeFileSync(
      systemctl,
      `#!/bin/sh\ntest "$*" = 'show -p ExecMainStartTimestampMonotonic --value heat-engine' || exit 9\n` +
        `awk '{ printf "%.0f\\n", ($1 - ${String(startedSecondsAgo)}) * 1e6 }' /proc/uptime\n`,
    );
    chmodSync(systemctl, 0o755);
    return runProgram({
      name: 'engine-rows',
      words: [verb, join(directory, 'heat.conf'), ...rest],
      env: {
        PYTHONPATH: fakeModules,
        FAKE_DATABASE: database,
        PATH: `${directory}:${process.env['PATH'] ?? ''}`,
      },
    });
  };

  it('tells an engine of this start from the row of one that was killed before it', async () => {
    const killed: Row = [here, 'old', 40, 60];
    expect(await run({ words: ['young', 'heat-engine', '0'], rows: [killed] })).toEqual({
      code: 1,
      said: `no engine of ${here} has written a row since heat-engine was started`,
    });
    expect(await run({ words: ['young', 'heat-engine', '0'], rows: [killed, [here, 'new', 2, 60]] })).toEqual({
      code: 0,
      said: 'engine new of this start counts as up',
    });
  });

  it('knows no engine of this start where only another host has one', async () => {
    const { code } = await run({ words: ['young', 'heat-engine', '0'], rows: [['elsewhere', 'new', 1, 60]] });
    expect(code).toBe(1);
  });

  it.each<[string, readonly Row[], string, number, string]>([
    [
      'as many as run',
      [
        [here, 'a', 119, 60],
        [here, 'b', 3, 60],
        ['elsewhere', 'c', 3, 60],
      ],
      '2',
      0,
      '2 engines of HERE count as up, 2 run',
    ],
    [
      'one too many: killed less than two intervals ago',
      [
        [here, 'a', 120, 60],
        [here, 'b', 3, 60],
      ],
      '1',
      1,
      '2 engines of HERE count as up, 1 run',
    ],
    ['one too few', [[here, 'a', 121, 60]], '1', 1, '0 engines of HERE count as up, 1 run'],
  ])('counts %s', async (_, rows, workers, code, said) => {
    expect(await run({ words: ['count', workers], rows })).toEqual({ code, said: said.replace('HERE', here) });
  });

  it('names the engines of this host that still count as up', async () => {
    const rows: readonly Row[] = [
      [here, 'a', 30, 60],
      ['elsewhere', 'b', 3, 60],
    ];
    expect(await run({ words: ['gone'], rows })).toEqual({ code: 1, said: 'still counts as up: engine a' });
    expect(await run({ words: ['gone'], rows: [['elsewhere', 'b', 3, 60]] })).toEqual({
      code: 0,
      said: `no engine of ${here} counts as up`,
    });
  });

  it('names the engines of any host that count as down', async () => {
    const rows: readonly Row[] = [
      [here, 'a', 30, 60],
      ['elsewhere', 'b', 121, 60],
    ];
    expect(await run({ words: ['dead'], rows })).toEqual({ code: 1, said: 'counts as down: engine b of elsewhere' });
    expect(await run({ words: ['dead'], rows: [[here, 'a', 30, 60]] })).toEqual({
      code: 0,
      said: 'no engine counts as down',
    });
  });
});
