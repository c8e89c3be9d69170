import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openSite, type ToySite } from './toy-site';

jest.setTimeout(120_000);

let site: ToySite;
const children: ChildProcess[] = [];
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await site.teardown();
});

/** The command line as a process of its own, on a task queue that nobody polls. */
function command(...args: string[]): { readonly child: ChildProcess; readonly said: () => string } {
  const main = join(__dirname, '../../client/main.ts');
  const env = { ...process.env, TEMPORAL_ADDRESS: site.server.address, OSU_TASK_QUEUE: 'lonely', USER: 'ana' };
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { env });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  return { child, said: () => text };
}

const missing = 'Waiting for a worker. None polls task queue lonely. The run itself waits; start a worker.';

describe('the command line, where no worker polls', () => {
  it.each<[string, number, readonly string[], string]>([
    [
      'what a worker would read',
      5,
      ['restore-points', 'list', '--cloud', 'birch'],
      'no worker polls task queue lonely',
    ],
    ['a start, which has happened', 0, ['start', '--cloud', 'oak', '--to', 'bobcat'], missing],
  ])('ends by itself and says so: %s', async (_, code, args, sentence) => {
    const { child, said } = command(...args);
    await once(child, 'close');
    expect([child.exitCode, said()]).toEqual([code, expect.stringContaining(sentence)]);
  });

  it('says so to a preflight, which waits', async () => {
    const { child, said } = command('preflight', '--cloud', 'elm', '--to', 'bobcat');
    while (!said().includes('\n') && child.exitCode === null) await once(child.stderr!, 'data');
    expect([child.exitCode, said()]).toEqual([null, `${missing}\n`]);
  });
});
