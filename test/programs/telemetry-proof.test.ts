import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeModules, runProgram } from './run-program';

/** As ceilometer 19.0.0 on Debian 12 logged it when it started before Keystone answered, shortened at the right. */
const lost =
  '2026-11-30 04:31:58.358 86 ERROR ceilometer.pipeline.base [-] Unable to load publisher gnocchi://: keystoneauth1.exceptions.http.ServiceUnavailable';
const polled =
  '2026-11-30 04:33:20.150 262 INFO ceilometer.polling.manager [-] Polling pollster identity.users in the context of lab';

/** The program as it is; systemctl and journalctl are fakes that print what they are given. The lab has real ones. */
// It starts some thirty processes one after the other, beside whatever else the machine does.
jest.setTimeout(60_000);

describe('telemetry-proof, what an agent logged (fake systemctl and journalctl)', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'telemetry-proof-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const prove = (options: { words: readonly string[]; journal: string }): ReturnType<typeof runProgram> => {
    const { words, journal } = options;
    const fake = (name: string, text: string): void => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };
    writeFileSync(join(folder, 'journal'), journal);
    fake('journalctl', `exec cat ${join(folder, 'journal')}`);
    // A group with one process, this test, whose open files are no log files.
    writeFileSync(join(folder, 'cgroup.procs'), `${String(process.pid)}\n`);
    fake(
      'systemctl',
      `case "$3" in ControlGroup) echo /../../../..${folder} ;; InvocationID) echo 4711 ;; ActiveEnterTimestampMonotonic) echo 1000000 ;; esac`,
    );
    return runProgram({
      name: 'telemetry-proof',
      words,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
  };

  it('says that an agent lost its publisher, with the line', async () => {
    const { code, said } = await prove({ words: ['loaded', 'ceilometer-agent-notification'], journal: `${lost}\n` });
    expect([code, said]).toEqual([
      1,
      `ceilometer-agent-notification lost a publisher when it started and throws its samples away: ${lost}`,
    ]);
  });

  it('begins with what happened, however long the line of the log is', async () => {
    const long = `${lost}: ${'HTTPConnectionPool: Max retries exceeded. '.repeat(20)}`;
    const { said } = await prove({ words: ['loaded', 'ceilometer-agent-notification'], journal: `${long}\n` });
    expect([said.length, said.slice(0, 76), said.slice(-3)]).toEqual([
      390,
      'ceilometer-agent-notification lost a publisher when it started and throws it',
      '...',
    ]);
  });

  it('finds nothing against an agent that loaded all of them', async () => {
    const { code, said } = await prove({ words: ['loaded', 'ceilometer-agent-notification'], journal: `${polled}\n` });
    expect([code, said]).toEqual([0, 'ceilometer-agent-notification: no publisher was lost at its start']);
  });

  it('names the start and the pollsters of an agent that polls', async () => {
    const { code, said } = await prove({ words: ['polled', 'ceilometer-agent-central', '1'], journal: `${polled}\n` });
    expect([code, said.replace(/^\d+\.\d{3} /, 'START ')]).toEqual([0, 'START identity.users']);
  });

  it('names what a collector did not understand, and finds nothing against one that knows every message', async () => {
    // As ceilometer/collector.py at 9.0.7 says it, in oslo.log's format.
    const requeued =
      '2017-09-01 10:00:00.000 86 ERROR ceilometer.collector [-] Dispatcher failed to handle the notification, re-queuing it.';
    const words = ['understands', 'ceilometer-collector'];
    expect(await prove({ words, journal: `${polled}\n${requeued}\n` })).toEqual({
      code: 1,
      said: `ceilometer-collector does not understand what it takes: ${requeued}`,
    });
    expect(await prove({ words, journal: `${polled}\n` })).toEqual({
      code: 0,
      said: 'ceilometer-collector: no message was unknown to it since its start',
    });
  });

  it('fails for one that polls nothing, and lets it pass where others may do all of the work', async () => {
    const alone = await prove({ words: ['polled', 'ceilometer-agent-central', '1'], journal: '' });
    // It was started longer ago than that: a look that begins again, because its worker died, does not wait again.
    const beside = await prove({ words: ['shared', 'ceilometer-agent-central', '600'], journal: '' });
    expect(alone).toEqual({
      code: 1,
      said: 'ceilometer-agent-central has polled nothing since it was started: its log names no pollster after 1 s',
    });
    expect([beside.code, /^\d+\.\d{3}$/.test(beside.said)]).toEqual([0, true]);
  });
});

/** The program as it is; Ceilometer's code and Gnocchi are fakes that have what they are given. The lab has real ones. */
describe('telemetry-proof, for how long nothing was measured (fake Gnocchi)', () => {
  const start = Date.parse('2026-11-30T12:00:00Z') / 1000;
  const gap = (measures: Readonly<Record<string, readonly (readonly number[])[]>>): ReturnType<typeof runProgram> => {
    const input = `${String(start)} ${Object.keys(measures).join(' ')}`;
    const since = Object.entries(measures).map(([meter, all]) => [
      meter,
      all.map((times) => times.map((one) => start + one)),
    ]);
    return runProgram({
      name: 'telemetry-proof',
      words: ['gap'],
      env: { PYTHONPATH: fakeModules, FAKE_MEASURES: JSON.stringify(Object.fromEntries(since)) },
      // The program itself comes by standard input here.
      edit: (text) => `import io\nimport sys\nsys.stdin = io.StringIO('${input}')\n${text}`,
    });
  };

  it('tells the resource of each meter that waited longest, the longest of all in the last line', async () => {
    const { code, said } = await gap({
      'a.short': [[-10, 5]],
      'identity.users': [
        [-20, 2],
        [-60, 3],
      ],
    });
    expect([code, said.split('\n')]).toEqual([
      0,
      [
        'gap\ta.short\t2026-11-30T11:59:50Z\t2026-11-30T12:00:05Z\t15',
        'gap\tidentity.users\t2026-11-30T11:59:00Z\t2026-11-30T12:00:03Z\t63',
        'identity.users: last sample before at 11:59:00, first after at 12:00:03: 63 s without one; ' +
          'a.short: last sample before at 11:59:50, first after at 12:00:05: 15 s without one',
      ],
    ]);
  });

  it('names three of many in its last line, and has a line for each', async () => {
    const meters = [1, 2, 3, 4, 5].map((one) => [`meter${String(one)}`, [[-10 * one, 5]]] as const);
    const lines = (await gap(Object.fromEntries(meters))).said.split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toMatch(/^meter5: .*; meter4: .*; meter3: .*; 2 more meters: not longer$/);
  });

  it('says that there is nothing to tell where no meter has a sample on both sides', async () => {
    expect(await gap({ 'a.new': [[5, 25]] })).toEqual({
      code: 0,
      said: 'no meter that this agent polls is kept to the minute',
    });
  });
});

describe('telemetry-proof, what was taken too soon (fake Gnocchi and polling.yaml: every 20 s)', () => {
  const since = Date.parse('2026-11-30T12:00:00Z') / 1000;
  const twice = (options: {
    measures: Readonly<Record<string, readonly (readonly number[])[]>>;
    env?: Readonly<Record<string, string>>;
  }): ReturnType<typeof runProgram> => {
    const { measures, env = {} } = options;
    const taken = Object.entries(measures).map(([meter, all]) => [
      meter,
      all.map((times) => times.map((one) => since + one)),
    ]);
    const input = `${String(since)} ${String(since + 30)} ${Object.keys(measures).join(' ')}`;
    return runProgram({
      name: 'telemetry-proof',
      words: ['twice'],
      env: { PYTHONPATH: fakeModules, FAKE_MEASURES: JSON.stringify(Object.fromEntries(taken)), ...env },
      edit: (text) => `import io\nimport sys\nsys.stdin = io.StringIO('${input}')\n${text}`,
    });
  };

  it('counts samples and tells each second in which some came too soon', async () => {
    const measures = {
      'identity.users': [
        [0, 20, 40, 47, 60],
        [0, 20, 40, 47, 60],
      ],
      'a.regular': [[1, 21, 41]],
    };
    expect((await twice({ measures })).said.split('\n')).toEqual([
      'counted\tidentity.users\t2\t10\t2026-11-30T12:00:00Z\t2026-11-30T12:01:00Z\t20\t1\tmerged',
      'counted\ta.regular\t1\t3\t2026-11-30T12:00:01Z\t2026-11-30T12:00:41Z\t20\t1\tmerged',
      'near\tidentity.users\t2026-11-30T12:00:47Z\t2',
      'samples of 2 meter(s): 13, of which 2 came sooner after the one before than half of their interval',
    ]);
  });

  it('sees two samples in one step only where the store keeps counts', async () => {
    const measures = { 'identity.users': [[0, 20, 20, 40]] };
    expect((await twice({ measures })).said).not.toContain('near');
    expect((await twice({ measures, env: { FAKE_COUNTS: '1' } })).said.split('\n').slice(0, 2)).toEqual([
      'counted\tidentity.users\t1\t4\t2026-11-30T12:00:00Z\t2026-11-30T12:00:40Z\t20\t1\texact',
      'near\tidentity.users\t2026-11-30T12:00:20Z\t1',
    ]);
  });

  it('names a meter that is kept too coarsely, and fails for nothing', async () => {
    const measures = { 'identity.users': [[0, 20, 40]] };
    expect(await twice({ measures, env: { FAKE_STEP: '0:05:00' } })).toEqual({
      code: 0,
      said: 'unseen\tidentity.users\t300\t20\nno sample of a meter that Gnocchi keeps finely enough: nothing was counted',
    });
    expect(await twice({ measures, env: { FAKE_STEP: 'broken' } })).toEqual({
      code: 0,
      said: expect.stringMatching(/^not counted: ValueError: /) as string,
    });
  });
});

describe('telemetry-proof, how many measures wait (fake Gnocchi)', () => {
  it.each([
    ['7', [], 1],
    ['7', ['7'], 0],
    ['0', [], 0],
  ] as const)('%s wait, at most %j: exits %i', async (waiting, most, code) => {
    const env = { PYTHONPATH: fakeModules, FAKE_WAITING: waiting };
    expect(await runProgram({ name: 'telemetry-proof', words: ['backlog', ...most], env })).toEqual({
      code,
      said: `${waiting} measures of 1 metrics wait to be processed`,
    });
  });
});
