import { chmodSync, readdirSync, utimesSync } from 'node:fs';
import { keepTimes } from '../../activities/keep-times';
import { knownTimes } from '../../activities/known-times';
import { keptRunTimes, runTimes } from '../../catalog/platform/run-times';
import { sectionScript } from '../../catalog/survey-sections';
import { runTimesOf } from '../../report';
import { noEarlierTimes, type EarlierTimes } from '../../schema/run-times';
import { toyCloud } from '../../testing/toy-survey';
import { localHosts, type LocalHosts } from '../support/local-hosts';
import { toyInput } from '../support/run';

const cloud = toyCloud(['ctl1']);
const reader = runTimes({ cloud: 'cedar' });
const times = runTimesOf(toyInput);

describe('times of runs on the lock host', () => {
  let hosts: LocalHosts;
  beforeEach(() => {
    hosts = localHosts(cloud);
  });
  afterEach(() => {
    hosts.remove();
  });

  const keep = (runId: string, state: typeof toyInput.state = 'completed'): Promise<boolean> =>
    keepTimes({ reach: hosts.reach, input: { ...toyInput, runId, state } });
  const read = async (): Promise<EarlierTimes> =>
    reader.parse(await hosts.reach.root.run({ host: 'db1', script: reader.script.text, deadlineSeconds: 60 }));
  /** So many seconds ago. */
  const aged = (runId: string, seconds: number): void => {
    const then = Date.now() / 1000 - seconds;
    utimesSync(hosts.at('db1', `times/cedar/${runId}.json`), then, then);
  };
  const files = (): string[] => readdirSync(hosts.at('db1', 'times/cedar')).sort();

  it('are read as they were written, the newest first', async () => {
    expect(await read()).toEqual(noEarlierTimes);
    for (const [index, runId] of ['r1', 'r2'].entries()) {
      expect(await keep(runId)).toBe(true);
      aged(runId, 100 - index);
    }
    expect(await read()).toEqual({
      runs: [
        { ...times, runId: 'r2' },
        { ...times, runId: 'r1' },
      ],
      unreadable: [],
    });
  });

  it('of another cloud with the same lock host are not read', async () => {
    await keepTimes({ reach: hosts.reach, input: { ...toyInput, cloud: 'oak' } });
    expect(await read()).toEqual(noEarlierTimes);
  });

  it('are written once the run has ended, and again without harm', async () => {
    await keep('r1', 'running');
    expect(await read()).toEqual(noEarlierTimes);
    await keep('r1', 'rolledBack');
    await keep('r1', 'rolledBack');
    expect(files()).toEqual(['r1.json']);
  });

  it('are bounded: the oldest files go', async () => {
    for (let index = 0; index < keptRunTimes; index++) {
      hosts.write('db1', `times/cedar/old${String(index).padStart(2, '0')}.json`, '{}');
      aged(`old${String(index).padStart(2, '0')}`, 1000 - index);
    }
    hosts.write('db1', 'times/cedar/read me', 'of a person');
    await keep('new');
    expect(files()).toHaveLength(keptRunTimes + 1);
    expect(files()).toEqual(expect.arrayContaining(['new.json', 'read me', 'old01.json']));
    expect(files()).not.toContain('old00.json');
  });

  it('that are broken are named, and the others are read', async () => {
    await keep('good');
    hosts.write('db1', 'times/cedar/half.json', JSON.stringify(times).slice(0, 80));
    hosts.write('db1', 'times/cedar/empty.json', '');
    hosts.write('db1', 'times/cedar/two lines.json', '{\n\t"kind": "full"\n}\n');
    hosts.write('db1', 'times/cedar/large.json', `"${'x'.repeat(2e6)}"`);
    hosts.write('db1', 'times/cedar/bytes.json', Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x41]));
    const { runs, unreadable } = await read();
    expect(runs.map(({ runId }) => runId)).toEqual(['good']);
    expect(unreadable).toEqual(expect.arrayContaining(['half.json', 'empty.json', 'large.json', 'bytes.json']));
  });

  it('come through a survey, whatever stands there', async () => {
    hosts.write('db1', 'times/cedar/half.json', '{');
    const { stdout, exitCode } = await hosts.reach.root.run({
      host: 'db1',
      script: sectionScript({ id: 'run-times', script: reader.script }).text,
      deadlineSeconds: 60,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('half.json\t{');
    expect(stdout).toMatch(/said run-times 0\n/);
  });

  it('that cannot be stored stop nothing', async () => {
    hosts.write('db1', 'times/cedar', 'a file where the directory would be');
    const refusing = {
      ...hosts.reach,
      root: { run: () => Promise.resolve({ exitCode: 1, stdout: '', stderr: 'No space left on device' }) },
    } as unknown as typeof hosts.reach;
    chmodSync(hosts.at('db1', 'times'), 0o755);
    const input = { ...toyInput, cloud: 'oak' };
    expect(await keepTimes({ reach: refusing, input })).toBe(false);
  });

  it('are known to a rollback, with what its own run was approved with', async () => {
    const { marks, schemaBytes } = toyInput.times!;
    await keep('r1');
    expect(await knownTimes({ reach: hosts.reach, runId: 'r1' })).toEqual({
      earlier: { runs: [{ ...times, runId: 'r1' }], unreadable: [] },
      undone: null,
      availability: undefined,
    });
    hosts.write('db1', 'runs/r1/times.json', JSON.stringify(toyInput.times));
    expect((await knownTimes({ reach: hosts.reach, runId: 'r1' })).undone).toEqual({ marks, schemaBytes });
    hosts.write('db1', 'runs/r1/times.json', '{"marks":');
    expect((await knownTimes({ reach: hosts.reach, runId: 'r1' })).undone).toBeNull();
  });
});
