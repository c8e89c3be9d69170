import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createJobs,
  createSsh2Transport,
  type JobResult,
  type Jobs,
  type RunRequest,
  type Transport,
} from '../../../remote';
import { localTransport } from '../ssh/local-transport';
import { whyNoSshd } from '../../../lab/machine/loopback-sshd';
import { startSshd, type Sshd } from '../ssh/sshd';

const GIBIBYTES_2 = 2 ** 31;
/** `head -c 2147483648 /dev/zero | sha256sum` */
const ZEROS_2_GIB = 'a7c744c13cc101ed66c29f672f92455547889cc586ce6d44fe76ae824958ea51';
/** Far above what streaming needs, far below the output. */
const MEMORY_BYTES = 256 * 2 ** 20;

jest.setTimeout(600_000);
const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: output of 2 GiB over SSH: ${reason}\n`);

const request = (stepId: string, script: string, more: Partial<RunRequest> = {}): RunRequest => ({
  ...{ host: 'ctl1', runId: 'r1', stepId, generation: '0', script, timeoutSeconds: 60 },
  signal: new AbortController().signal,
  ...more,
});
/** A file with a hole takes no room and no time to write; it is read as any other. */
const sparse = `truncate -s ${String(GIBIBYTES_2)} /proc/self/fd/1; echo oops >&2`;

(reason === null ? describe : describe.skip)('output of 2 GiB', () => {
  let sshd: Sshd;
  let transport: Transport;
  let jobs: Jobs;
  let result: JobResult;

  beforeAll(async () => {
    sshd = await startSshd();
    transport = createSsh2Transport({ hosts: [sshd.host()] });
    jobs = createJobs({ transport, base: join(sshd.directory, 'jobs') });
    result = await jobs.run(request('zeros', sparse));
  });
  afterAll(async () => {
    await transport.close();
    await sshd.stop();
  });

  it('stays on the host when nobody collects it, and its end comes', () => {
    expect(result).toMatchObject({
      kind: 'exited',
      stdoutBytes: GIBIBYTES_2,
      stdoutTail: '\0'.repeat(2048),
      stderrTail: 'oops\n',
    });
  });

  it('is handed over whole, in bounded memory, with its SHA-256', async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    let parts = 0;
    const read = await jobs.readOutput({
      host: 'ctl1',
      jobId: result.jobId,
      stream: 'out',
      onBytes: () => {
        if (parts++ % 256 === 0) most = Math.max(most, process.memoryUsage().rss - before);
      },
    });
    expect(read).toMatchObject({ bytes: GIBIBYTES_2, sha256: ZEROS_2_GIB, status: { state: 'EXITED' } });
    expect(most).toBeLessThan(MEMORY_BYTES);
  });
});

describe('output that nobody collects', () => {
  const base = mkdtempSync(join(tmpdir(), 'osu-output-'));
  const jobs = createJobs({ transport: localTransport(), base });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('is shown as its last 2 KB, also when it grows in steps and is read again from an offset', async () => {
    const script =
      'i=0; while [ $i -lt 40 ]; do printf "%1000s\\n" $i; i=$((i+1)); [ $((i % 10)) = 0 ] && sleep 0.1; done';
    const whole = Array.from({ length: 40 }, (_, i) => `${String(i).padStart(1000)}\n`).join('');
    const tail = { kind: 'exited', stdoutTail: whole.slice(-2048), stdoutBytes: whole.length };
    expect(await jobs.run(request('steps', script))).toMatchObject(tail);
    expect(await jobs.run(request('steps', script, { offsets: { out: 7, err: 0 } }))).toMatchObject(tail);
    const parts: string[] = [];
    const onOutput: RunRequest['onOutput'] = ({ bytes }) => parts.push(bytes.toString());
    await jobs.run(request('steps', script, { offsets: { out: 7, err: 0 }, onOutput }));
    expect(parts.join('')).toBe(whole.slice(7));
  });
});
