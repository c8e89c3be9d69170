import './lab-own-network';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createJobs,
  createSsh2Transport,
  type JobResult,
  type Jobs,
  type RemoteHost,
  type RunRequest,
  type Transport,
} from '../../remote';
import { DEFAULT_BASE } from '../../remote/jobs/supervisor-program';
import { addressOf, killHost, labBoot, labDown, labPowerOff, labUp, type HostName, type Lab } from '../../lab';
import { startWorkerSlot } from '../torture/worker-slot';
import { onHost, sleep } from './upgrade-rig';

jest.setTimeout(15 * 60 * 1000);

/** The lab's quietest host: it boots in seconds, and nothing else is on it while a job is broken. */
const host: HostName = 'lb1';

describe('a job on a host with systemd, of a user who becomes root by sudo', () => {
  let lab: Lab;
  let transport: Transport;
  let jobs: Jobs;

  const remote = (): RemoteHost => ({
    name: host,
    address: addressOf(host),
    port: 22,
    user: 'deploy',
    identityFile: lab.identityFile,
    knownHostsFile: lab.knownHosts,
  });
  const side = (step: string): string => `/var/tmp/side-${step}`;
  const request = (step: string, script: string): Omit<RunRequest, 'signal'> => ({
    host,
    runId: 'job-faults',
    stepId: step,
    generation: '0',
    script: `echo ran >> ${side(step)}; sync ${side(step)}; ${script}`,
    timeoutSeconds: 300,
  });
  const run = (step: string, script: string): Promise<JobResult> =>
    jobs.run({ ...request(step, script), signal: AbortSignal.timeout(240_000) });
  const runsOf = async (step: string): Promise<number> =>
    Number(await onHost({ host, command: `wc -l < ${side(step)}` }));
  const untilRan = async (step: string): Promise<void> => {
    await onHost({ host, command: `until [ -s ${side(step)} ]; do sleep 0.1; done` });
  };

  beforeAll(async () => {
    await labDown();
    lab = await labUp({ series: 'antelope' });
    transport = createSsh2Transport({ hosts: [remote()] });
    jobs = createJobs({ transport });
  });
  afterAll(async () => {
    await transport.close();
    await labDown();
  });

  it('goes on while sshd is restarted by systemctl', async () => {
    const running = run('sshd', 'i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done; exit 4');
    await untilRan('sshd');
    await onHost({ host, command: 'systemctl restart ssh' });
    expect(await running).toMatchObject({
      kind: 'exited',
      exitCode: 4,
      stdoutTail: Array.from({ length: 30 }, (_, i) => `${String(i)}\n`).join(''),
    });
    expect(await runsOf('sshd')).toBe(1);
  });

  it('leaves a line in the journal of the host', async () => {
    const result = await run('journal', 'exit 6');
    const log = await onHost({ host, command: `journalctl -q -o cat -t openstack-upgrade | grep ${result.jobId}` });
    expect(log).toMatch(/^run=job-faults step=journal job=[0-9a-f]{32} rc=6 why=exit /);
  });

  it('is followed to its end when its worker is killed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'osu-job-faults-'));
    const go = '/var/tmp/go';
    const slot = startWorkerSlot({
      name: 'worker',
      directory,
      plan: { controllers: 1, killsAfterMs: [500, 500] },
      order: {
        host: remote(),
        base: DEFAULT_BASE,
        watches: [
          {
            controller: 'c',
            job: 'worker',
            request: request('worker', `until [ -e ${go} ]; do sleep 0.1; done; echo late; exit 5`),
          },
        ],
      },
    });
    while (slot.kills() < 2) await sleep(50);
    await onHost({ host, command: `touch ${go}` });
    const watches = await slot.finished;
    rmSync(directory, { recursive: true });
    expect(watches.at(-1)?.watch.result).toMatchObject({ kind: 'exited', exitCode: 5, stdoutTail: 'late\n' });
    expect({ kills: slot.kills(), runs: await runsOf('worker') }).toEqual({ kills: 2, runs: 1 });
  });

  it.each([
    ['loses its power', killHost],
    ['is shut down in order', labPowerOff],
  ])('is told as interrupted by a reboot, and not run again, when the host %s and boots', async (how, takeDown) => {
    const step = how.replaceAll(' ', '-');
    const running = run(step, 'sleep 120');
    await untilRan(step);
    await sleep(500);
    await takeDown({ host });
    await labBoot({ host });
    expect(await running).toMatchObject({ kind: 'interrupted', how: 'reboot' });
    expect(await run(step, 'sleep 120')).toMatchObject({ kind: 'interrupted', how: 'reboot' });
    expect(await runsOf(step)).toBe(1);
  });
});
