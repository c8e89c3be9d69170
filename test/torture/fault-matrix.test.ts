import { spawnSync } from 'node:child_process';
import type { JobResult } from '../../remote';
import { SHELLS } from '../remote/jobs/shell-host';
import { whyNoBox } from './host-box';
import { startMatrixHost, type MatrixHost } from './matrix-host';

jest.setTimeout(180_000);
const noLoop = spawnSync('sh', ['-c', 'command -v mkfs.ext4 && [ -b /dev/loop0 ]']).status !== 0;
const reason = whyNoBox() ?? (noLoop ? 'mkfs.ext4 or loop devices are missing' : null);
if (reason !== null) process.stderr.write(`NOT TESTED: the fault matrix on a disk of its own: ${reason}\n`);

/** What `=` means in the matrix: it ran once, its output is exact, and its own exit code is told. */
const SAME = { kind: 'exited', exitCode: 3, why: 'exit', stdoutTail: 'hello\n' };
const SCRIPT = 'echo hello; exit 3';
const SLOW = 'echo hello; sleep 1; exit 3';

interface Cell {
  readonly fault: string;
  /** Where the job is when it happens: before, published, running, ended, acknowledged. */
  readonly phase: 'before' | 'published' | 'running' | 'ended' | 'acknowledged';
  readonly outcome: string;
  readonly act: (host: MatrixHost) => Promise<void>;
}

const ended = async (host: MatrixHost): Promise<string> => {
  const result = await host.worker().run(host.work(SCRIPT));
  expect(result).toMatchObject(SAME);
  return result.jobId;
};
const forgotten = async (host: MatrixHost): Promise<void> => {
  const jobId = await ended(host);
  await host.worker().ack({ host: 'h1', jobId });
  await host.worker().collectGarbage({ host: 'h1', olderThanDays: 0 });
};
const tells = async (host: MatrixHost, expected: object, script = SCRIPT): Promise<void> => {
  expect(await host.worker().run(host.work(script))).toMatchObject(expected);
};
const ran = (host: MatrixHost, times: number): void => expect(host.executions()).toBe(times);

/** Published, and its supervisor has died before the start token. */
const published = async (host: MatrixHost): Promise<void> => {
  host.fake('setsid', 'exit 0');
  await host.worker().run(host.work(SCRIPT, { signal: AbortSignal.timeout(1_500) }));
  host.fake('setsid', 'exec /usr/bin/setsid "$@"');
  ran(host, 0);
};

const MATRIX: readonly Cell[] = [
  cell('two workers at once (8)', 'before', '1 publisher, 1 token, all are told the same', async (host) => {
    const results = await Promise.all(Array.from({ length: 8 }, () => host.worker().run(host.work(SCRIPT))));
    expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: 8 }, () => 'exited'));
    ran(host, 1);
  }),
  cell('power cut', 'before', '=', async (host) => {
    await host.powerCut();
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('power cut', 'published', 'started by whoever asks next', async (host) => {
    await published(host);
    await host.powerCut();
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('power cut', 'running', 'interrupted by a reboot', async (host) => {
    const running = await started(host, 'sleep 60');
    running.detach();
    await running.result;
    await host.powerCut();
    await tells(host, { kind: 'interrupted', how: 'reboot' }, 'sleep 60');
    await tells(host, { kind: 'interrupted', how: 'reboot' }, 'sleep 60');
    ran(host, 1);
  }),
  cell('power cut', 'ended', '=', async (host) => {
    await ended(host);
    await host.powerCut();
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('the command killed, as when memory runs out', 'running', 'its own end: 137', async (host) => {
    await tells(host, { kind: 'exited', exitCode: 137, why: 'exit' }, 'kill -s KILL $$');
    ran(host, 1);
  }),
  cell('clean shutdown (TERM)', 'running', 'interrupted', async (host) => {
    const running = await started(host, 'sleep 60');
    host.inside('line=$(cat "$BASE"/jobs/*/started) && line=${line#*sup=} && kill -s TERM "${line%% *}"');
    expect(await running.result).toMatchObject({ kind: 'interrupted' });
    ran(host, 1);
  }),
  cell('disk full (bytes)', 'before', 'no space, nothing published; = when there is room', async (host) => {
    await host.worker().status({ host: 'h1', jobId: 'none' });
    host.inside(
      'dd if=/dev/zero of="$BASE/fill" bs=64k 2>/dev/null; dd if=/dev/zero of="$BASE/fill2" bs=1k 2>/dev/null; true',
    );
    await tells(host, { kind: 'noSpace' });
    ran(host, 0);
    host.inside('rm "$BASE"/fill*');
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('disk full (inodes)', 'before', 'no space, nothing published; = when there is room', async (host) => {
    await host.worker().status({ host: 'h1', jobId: 'none' });
    host.inside('mkdir "$BASE/f" && cd "$BASE/f" && seq 400 | xargs touch 2>/dev/null; true');
    await tells(host, { kind: 'noSpace' });
    ran(host, 0);
    host.inside('rm -r "$BASE/f"');
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('disk full (bytes)', 'running', 'the exit code goes into the reserved block', async (host) => {
    await tells(host, { kind: 'exited', exitCode: 9 }, 'head -c 100000000 /dev/zero; exit 9');
    ran(host, 1);
  }),
  cell('disk full (bytes)', 'ended', '=; the acknowledgement is refused or kept, never half', async (host) => {
    const jobId = await ended(host);
    host.inside(
      'dd if=/dev/zero of="$BASE/fill" bs=64k 2>/dev/null; dd if=/dev/zero of="$BASE/fill2" bs=1k 2>/dev/null; true',
    );
    await tells(host, SAME);
    await host.worker().ack({ host: 'h1', jobId });
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('filesystem read-only', 'before', 'host fault, nothing started; = when it is mended', async (host) => {
    await host.worker().status({ host: 'h1', jobId: 'none' });
    host.inside('mount -o remount,ro "$BASE"');
    await tells(host, { kind: 'hostFault' });
    ran(host, 0);
    host.inside('mount -o remount,rw "$BASE"');
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('filesystem read-only', 'ended', '=', async (host) => {
    await ended(host);
    host.inside('mount -o remount,ro "$BASE"');
    await tells(host, SAME);
    ran(host, 1);
  }),
  cell('clock a year ahead, then a year behind (a fake date)', 'running', '=', async (host) => {
    const running = await started(host, SLOW);
    host.fake('date', 'exec /usr/bin/date -d "+1 year" "$@"');
    await tells(host, SAME, SLOW);
    host.fake('date', 'exec /usr/bin/date -d "-1 year" "$@"');
    await tells(host, SAME, SLOW);
    expect(await running.result).toMatchObject(SAME);
    ran(host, 1);
  }),
  cell('clock a year ahead (a fake date)', 'acknowledged', 'collected early, and never started again', async (host) => {
    const jobId = await ended(host);
    await host.worker().ack({ host: 'h1', jobId });
    host.fake('date', 'exec /usr/bin/date -d "+1 year" "$@"');
    await host.worker().collectGarbage({ host: 'h1', olderThanDays: 30 });
    await tells(host, { kind: 'exited', exitCode: 3, outputRemoved: true });
    ran(host, 1);
  }),
  cell('host reimaged', 'running', 'its state is lost; nothing is started', async (host) => {
    const running = await started(host, 'sleep 60');
    running.detach();
    await running.result;
    await host.powerCut();
    host.inside('rm -rf "${BASE:?}"/*');
    const told = await host.worker().run(host.work('sleep 60', { attachOnly: true }));
    expect(told).toMatchObject({ kind: 'hostStateLost' });
    ran(host, 1);
  }),
  cell('another disk under the same name', 'ended', 'its state is lost; nothing is started', async (host) => {
    await ended(host);
    const told = await host.worker().run(host.work(SCRIPT, { incarnation: 'of the disk before' }));
    expect(told).toMatchObject({ kind: 'hostStateLost' });
    ran(host, 1);
  }),
  ...(['published', 'running', 'ended'] as const).map((phase) =>
    cell('same id, changed script', phase, 'conflict', async (host) => {
      if (phase === 'published') await published(host);
      else if (phase === 'ended') await ended(host);
      const running = phase === 'running' ? await started(host, SLOW) : null;
      await tells(host, { kind: 'conflict' }, 'echo other');
      if (running !== null) expect(await running.result).toMatchObject(SAME);
      ran(host, phase === 'published' ? 0 : 1);
    }),
  ),
  cell('same id, changed script', 'acknowledged', 'the recorded end', async (host) => {
    await forgotten(host);
    await tells(host, { kind: 'exited', exitCode: 3, outputRemoved: true }, 'echo other');
    ran(host, 1);
  }),
  cell('garbage collection, then a late worker', 'acknowledged', 'the recorded end, no start', async (host) => {
    await forgotten(host);
    await tells(host, { kind: 'exited', exitCode: 3, outputRemoved: true });
    ran(host, 1);
  }),
  cell('zombie worker, cancel by the live one', 'running', 'both are told the cancel', async (host) => {
    const zombie = await started(host, 'sleep 60 & sleep 60');
    const live = host.worker();
    await live.cancel({
      host: 'h1',
      jobId: (await live.run(host.work('sleep 60 & sleep 60', { timeoutSeconds: 0 }))).jobId,
      graceSeconds: 1,
    });
    expect(await zombie.result).toMatchObject({ kind: 'exited', why: 'cancel' });
    await tells(host, { kind: 'exited', why: 'cancel' }, 'sleep 60 & sleep 60');
    ran(host, 1);
  }),
];

(reason === null ? describe : describe.skip)('the fault matrix', () => {
  it.each(MATRIX.map((one, index) => ({ ...one, ...SHELLS[index % SHELLS.length]! })))(
    '$fault | $phase | $outcome ($shell)',
    async ({ act, path }) => {
      const host = await startMatrixHost({ shell: path });
      try {
        await act(host);
      } finally {
        await host.stop();
      }
    },
  );
});

function cell(fault: string, phase: Cell['phase'], outcome: string, act: Cell['act']): Cell {
  return { fault, phase, outcome, act };
}

/** A job that has begun, and the worker that follows it. */
async function started(
  host: MatrixHost,
  script: string,
): Promise<{ readonly result: Promise<JobResult>; readonly detach: () => void }> {
  const end = new AbortController();
  const result = host.worker().run(host.work(script, { signal: end.signal }));
  await until(() => host.executions() > 0);
  return { result, detach: () => end.abort() };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
