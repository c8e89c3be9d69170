import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { version } from '@temporalio/worker/package.json';
import { createWorld, toyActivities } from '../workflows/toy-activities';
import { smallPlan, toyWarning } from '../support/plan';
import { openSite, type ToySite } from '../workflows/toy-site';
import { createUpgradeClient, type UpgradeClient } from '../../client';
import { addExamples, environmentOf, installProject, type Project } from './project';

jest.setTimeout(600_000);

/** Temporal is real; the cloud behind the site's worker is a toy. */
let site: ToySite;
let project: Project;
let upgrade: UpgradeClient;
beforeAll(async () => {
  site = await openSite();
  upgrade = createUpgradeClient({ client: site.server.client, taskQueue: site.taskQueue });
  project = await installProject({
    name: 'examples',
    besides: [`@temporalio/client@${version}`, 'typescript@6.0', '@types/node@20'],
  });
  addExamples(project, ['ci-preflight.ts', 'chat-approver.ts', 'nightly-preflight.ts']);
  await project.run('npx', 'tsc', '--skipLibCheck');
});
afterAll(() => site.teardown());

const environment = () => ({ TEMPORAL_ADDRESS: site.server.address, OSU_TASK_QUEUE: site.taskQueue });

function example(name: string, args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(project.directory, `out/examples/${name}.js`), ...args], {
    env: { ...environmentOf(process.env), ...environment(), ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ended(child: ChildProcess): Promise<{ code: unknown; said: string }> {
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said };
}

it('ci-preflight comments what was found', async () => {
  const world = createWorld(smallPlan({ cloud: 'elm', findings: [toyWarning] }));
  site.clouds.set('elm.all.preflight.bobcat', toyActivities(world));
  const { code, said } = await ended(example('ci-preflight', ['elm', 'bobcat']));
  expect(said).toContain('### elm to bobcat: 0 blockers, 1 warnings');
  expect(said).toContain(`- **warning** \`${toyWarning.id}\``);
  expect(code).toBe(0);
});

it('ci-preflight says by its exit code that it could not look', async () => {
  const { code, said } = await ended(example('ci-preflight', ['elm', 'bobcat'], { TEMPORAL_ADDRESS: '127.0.0.1:1' }));
  expect(said).toContain('not looked at (serverUnreachable)');
  expect(code).toBe(2);
});

it('nightly-preflight makes a schedule that looks, and makes it once', async () => {
  const { code } = await ended(example('nightly-preflight', ['elm', 'bobcat']));
  expect(code).toBe(0);
  expect((await ended(example('nightly-preflight', ['elm', 'bobcat']))).said).toContain('every night already');
  const schedule = site.server.client.schedule.getHandle('elm.nightly-preflight');
  const { action } = await schedule.describe();
  expect(action).toMatchObject({ workflowType: 'openstackPreflight', args: [{ cloud: 'elm', to: 'bobcat' }] });
  await schedule.delete();
});

it('chat-approver posts the gate, and takes the answer of the chat', async () => {
  const posts: string[] = [];
  const chat: Server = createServer((request, response) => {
    void json(request).then((body) => {
      posts.push((body as { text: string }).text);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(chat, 'listening');
  const webhook = `http://127.0.0.1:${(chat.address() as AddressInfo).port}`;
  const port = await freePort();
  site.clouds.set('fir.all.full.bobcat', toyActivities(createWorld(smallPlan({ cloud: 'fir' }))));
  const run = await upgrade.startFull({ cloud: 'fir', to: 'bobcat' });
  const child = example('chat-approver', [run.workflowId], { CHAT_WEBHOOK: webhook, CHAT_PORT: String(port) });
  while (posts.length === 0) await sleep(50);
  const gate = /asks \((\w+)\)/.exec(posts[0]!)![1]!;
  const send = (body: object) =>
    fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      body: JSON.stringify({ by: 'ana', choice: 'approve', ...body }),
    });
  expect((await send({ gate: 'wrong1' })).status).toBe(409);
  expect((await send({ gate })).status).toBe(200);
  await ended(child);
  expect(posts.at(-1)).toBe('fir.all.full.bobcat ended: completed');
  chat.close();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
