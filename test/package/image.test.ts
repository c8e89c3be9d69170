import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { createUpgradeClient } from '../../client';
import { requireServerExecutable } from '../../tools/temporal/find-server';
import { composeFile } from '../compose/compose-file';
import { startTestServer, type TestServer } from '../workflows/temporal-server';
import { environmentOf, installProject, type Project } from './project';

jest.setTimeout(600_000);

const run = promisify(execFile);
const root = join(__dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const compose = composeFile.parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8')));
const worker = compose.services['worker']!;
const directory = mkdtempSync(join(tmpdir(), 'osu-image-'));

/**
 * What the image does, without an engine: its second stage installs these packages and removes these files, and Compose
 * runs this command with these variables.
 */
let project: Project;
let server: TestServer;
beforeAll(async () => {
  const { stdout: peers } = await run(process.execPath, [join(root, 'tools/build/worker-peers.cjs')]);
  project = await installProject({ name: 'image', besides: peers.trim().split(' ') });
  const prune = /&& (find node_modules[^&]*?) \\\n\s*&& rm/s.exec(dockerfile)?.[1]?.replaceAll('\\\n', ' ') ?? '';
  expect(prune).toContain('core-bridge/releases');
  await project.run('sh', '-ec', prune);
  server = await startTestServer();
});
afterAll(async () => {
  await server.teardown();
  rmSync(directory, { recursive: true, force: true });
});

/** As in the container, with its server's address and its directories exchanged for ours. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { environment: given } = worker;
  const own = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === null ? [] : [[name, value.replace(/\$\{\w+:-(.*?)\}/, '$1')]],
    ),
  ) as Record<string, string>;
  const path = [join(project.directory, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return {
    ...environmentOf(process.env),
    ...own,
    PATH: path,
    TEMPORAL_ADDRESS: server.address,
    CLOUDS_DIR: directory,
    TEMPORAL_CONFIG_FILE: join(root, 'docker/temporal/temporal.toml'),
    NODE_ENV: 'production',
    ...more,
  };
}

describe('the image of the worker (without an engine)', () => {
  it('has one native core, and at most 300 MB', () => {
    const releases = join(project.directory, 'node_modules/@temporalio/core-bridge/releases');
    expect(readdirSync(releases)).toEqual([`${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`]);
    const files = readdirSync(project.directory, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes / 1e6).toBeLessThanOrEqual(300);
  });

  it('runs its command with the variables of docker-compose.yml, is healthy by its check, and ends at SIGTERM', async () => {
    const [command = ''] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    const child = spawn(command, { env: environment(), cwd: project.directory, stdio: ['ignore', 'inherit', 'pipe'] });
    let log = '';
    child.stderr.on('data', (part: Buffer) => (log += part.toString()));
    const [kind, ...check] = worker.healthcheck?.test ?? ['CMD'];
    expect(kind).toBe('CMD');
    const [program = '', ...args] = check;
    const isHealthy = (): Promise<boolean> =>
      run(program, args, { env: environment() }).then(
        () => true,
        () => false,
      );
    while (!(await isHealthy())) expect(child.exitCode).toBeNull();
    const taskQueue = environment()['OSU_TASK_QUEUE'] ?? '';
    const upgrade = createUpgradeClient({ client: server.client, taskQueue });
    const preflight = await upgrade.preflight({ cloud: 'nowhere', to: 'bobcat' });
    await expect(upgrade.result(preflight)).rejects.toMatchObject({ code: 'cloudUnknown' });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await isHealthy()).toBe(false);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('finds the namespace that docker/setup-namespace.sh makes, once or twice', async () => {
    symlinkSync(await requireServerExecutable(), join(directory, 'temporal'));
    const namespace = 'compose';
    const env = { ...environment({ TEMPORAL_NAMESPACE: namespace, NAMESPACE_RETENTION: '90d' }) };
    env['PATH'] = [directory, env['PATH']].join(delimiter);
    const setUp = async (): Promise<string> =>
      (await run('sh', [join(root, 'docker/setup-namespace.sh')], { env })).stdout;
    expect(await setUp()).toContain('Namespace compose is ready.');
    expect(await setUp()).toContain('Namespace compose is ready.');
    const query = "OsuCloud = 'none' AND OsuWaiting = 'none' AND OsuPhase = 'none'";
    const counted = await server.client.connection.workflowService.countWorkflowExecutions({ namespace, query });
    expect(Number(counted.count)).toBe(0);
  });
});
