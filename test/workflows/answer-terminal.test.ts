import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUpgradeClient, type UpgradeClient } from '../../client';
import { smallPlan, toyWarning } from '../support/plan';
import { openSite, type ToySite } from './toy-site';
import { createWorld, toyActivities } from './toy-activities';

jest.setTimeout(120_000);

const withTerminal = existsSync('/usr/bin/script') ? describe : describe.skip;

let site: ToySite;
let upgrade: UpgradeClient;
beforeAll(async () => {
  site = await openSite();
  upgrade = createUpgradeClient({ client: site.server.client, taskQueue: site.taskQueue });
});
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await site.teardown();
});

/** After this the test says what was seen instead. */
const patienceSeconds = 30;

interface Terminal {
  readonly child: ChildProcess;
  /** Waits for a text that was not seen before, then presses keys. */
  readonly press: (after: string, keys: string) => Promise<void>;
  readonly seen: () => string;
}

/** The command line in a real pseudo-terminal, with somebody at its keys. */
function terminal(args: readonly string[]): Terminal {
  const main = join(__dirname, '../../client/main.ts');
  // A terminal that nobody has opened a window for has no columns.
  const command = `stty cols 120 rows 40; exec ${[process.execPath, '--import', 'tsx', main, ...args].join(' ')}`;
  const env = { ...process.env, TEMPORAL_ADDRESS: site.server.address, OSU_TASK_QUEUE: site.taskQueue, TERM: 'xterm' };
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    env,
    cwd: join(__dirname, '../..'),
  });
  children.push(child);
  let text = '';
  let heard = 0;
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  return {
    child,
    seen: () => text,
    press: async (after, keys) => {
      const giveUpAt = Date.now() + patienceSeconds * 1000;
      while (!text.includes(after, heard)) {
        if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error(`no "${after}" in:\n${text}`);
        await sleep(50);
      }
      heard = text.indexOf(after, heard) + after.length;
      child.stdin.write(keys);
    },
  };
}

const ended = async ({ child }: Terminal): Promise<number> => {
  while (child.exitCode === null) await sleep(50);
  return child.exitCode;
};

withTerminal('a person at a terminal (needs /usr/bin/script of util-linux)', () => {
  it('is asked, chooses, accepts warnings by name, says who and why, and the run goes on', async () => {
    const plan = smallPlan({ cloud: 'cedar', findings: [toyWarning] });
    site.clouds.set('cedar.all.full.bobcat', toyActivities(createWorld(plan)));
    const run = await upgrade.startFull({ cloud: 'cedar', to: 'bobcat' });
    await upgrade.waitForGate(run);
    const person = terminal(['answer', run.workflowId]);
    await person.press('What do you decide?', '\r');
    await person.press('Which warnings', ' \r');
    await person.press('Who decides?', '\u0015ana\r');
    await person.press('Why?', 'CHG-7\r');
    await person.press('by ana?', 'y');
    expect(await ended(person)).toBe(0);
    await upgrade.result(run);
    expect((await upgrade.status(run)).decisions).toMatchObject([
      { choice: 'approve', by: 'ana', reason: 'CHG-7', accept: [toyWarning.id] },
    ]);
  });

  it('may leave the question open', async () => {
    site.clouds.set('elm.all.full.bobcat', toyActivities(createWorld(smallPlan({ cloud: 'elm' }))));
    const run = await upgrade.startFull({ cloud: 'elm', to: 'bobcat' });
    await upgrade.waitForGate(run);
    const person = terminal(['answer', run.workflowId]);
    await person.press('What do you decide?', '\u0003');
    await person.press('stays open', '');
    expect(await ended(person)).toBe(0);
    const status = await upgrade.status(run);
    expect([status.gates.length, status.decisions.length]).toEqual([1, 0]);
    await upgrade.cancel(run);
    await upgrade.result(run).catch(() => undefined);
  });
});
