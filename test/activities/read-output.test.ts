import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../../activities/reach';
import { readOutput } from '../../activities/read-output';
import { createJobs, createRootShell } from '../../remote';
import { startOfOutput, type OutputCursor, type OutputPart } from '../../schema/output';
import { toyCloud } from '../../testing/toy-survey';
import { localTransport } from '../remote/ssh/local-transport';

const asRootOnly = process.getuid?.() === 0 ? describe : describe.skip;

asRootOnly('the output of a job on its host (needs root: jobs run as root)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'read-output-'));
  const file = (name: string): string => join(directory, name);
  let broken: readonly string[] = [];
  const root = createRootShell({ transport: localTransport({ broken: () => broken }) });
  const jobs = createJobs({ root, base: file('state') });
  const reach = { cloud: toyCloud(['ctl1']), root, jobs } as unknown as Reach;
  const place = { cloud: 'cedar', runId: 'run-1', host: 'ctl1', generation: '0' };
  const { signal } = new AbortController();

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function start({ stepId, script }: { stepId: string; script: string }): Promise<unknown> {
    return jobs.run({ ...place, stepId, script, timeoutSeconds: 60, signal });
  }

  function read(stepId: string, from: OutputCursor = startOfOutput, follow = false): Promise<OutputPart> {
    return readOutput({ reach, input: { ...place, stepId, from, follow }, signal });
  }

  it('comes from where a reader was, on both streams, without its secrets', async () => {
    await start({
      stepId: 'toy/says',
      script: `echo one; echo 'connection = mysql+pymysql://heat:geheim@db1/heat'; echo oops >&2; exit 3`,
    });
    const part = await read('toy/says');
    expect(part).toMatchObject({
      out: 'one\nconnection = ***\n',
      err: 'oops\n',
      state: 'ended',
      complete: true,
      exitCode: 3,
    });
    expect(await read('toy/says', part.next)).toMatchObject({ out: '', err: '', complete: true });
    expect(await read('toy/says', { ...startOfOutput, out: { offset: 4, hiding: 'nothing' } })).toMatchObject({
      out: 'connection = ***\n',
    });
  });

  it('comes in parts when it is large, each byte once', async () => {
    await start({ stepId: 'toy/large', script: 'seq 1 60000' });
    let said = '';
    let parts = 0;
    for (let from = startOfOutput; ; parts++) {
      const part = await read('toy/large', from);
      said += part.out;
      from = part.next;
      if (part.complete) break;
    }
    expect(parts).toBeGreaterThan(2);
    expect(said).toBe(Array.from({ length: 60_000 }, (_, index) => `${index + 1}\n`).join(''));
  });

  it('is waited for while the command runs, by a reader who follows', async () => {
    const job = start({
      stepId: 'toy/slow',
      script: `echo first; until test -e ${file('go-on')}; do sleep 0.1; done; echo last`,
    });
    while (!(await read('toy/slow')).out.includes('first'));
    const { next } = await read('toy/slow');
    expect(await read('toy/slow', next)).toMatchObject({ out: '', state: 'running', complete: false });
    const following = read('toy/slow', next, true);
    writeFileSync(file('go-on'), '');
    expect((await following).out).toBe('last\n');
    await job;
  });

  it('is absent where nothing was started', async () => {
    expect(await read('toy/never')).toMatchObject({ state: 'absent', complete: true, out: '' });
    expect(existsSync(file('state'))).toBe(true);
  });

  it('is refused with the sentence of the host that does not answer', async () => {
    broken = ['ctl1'];
    await expect(read('toy/says')).rejects.toMatchObject({ type: 'Output.Unavailable', nonRetryable: true });
  });
});
