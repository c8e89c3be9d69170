import { join } from 'node:path';
import { version as newest } from '@temporalio/worker/package.json';
import { peerDependencies } from '../../package.json';
import { requireServerExecutable } from '../../tools/temporal/find-server';
import { startTestServer, type TestServer } from '../workflows/temporal-server';
import { addSources, installProject, workerSide, type Project } from './project';

jest.setTimeout(600_000);

/** The lower end of the range in peerDependencies, and what this repository is tested with throughout. */
const oldest = peerDependencies['@temporalio/worker'].replace('^', '');
const sdkVersions = [...new Set([oldest, newest])];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.teardown());

describe.each(sdkVersions)('a worker of somebody else on SDK %s', (sdkVersion) => {
  let project: Project;
  beforeAll(async () => {
    const besides = [
      ...workerSide(sdkVersion),
      `@temporalio/testing@${sdkVersion}`,
      'typescript@6.0',
      '@types/node@20',
    ];
    project = await installProject({ name: `sdk-${sdkVersion}`, besides });
    addSources(project);
  });

  it('type-checks against every door with skipLibCheck off; what is left is the SDK itself', async () => {
    const said = await project.run('npx', 'tsc', '--pretty', 'false').catch((error: unknown) => {
      return (error as { stdout: string }).stdout;
    });
    const errors = said.split('\n').filter((line) => /^\S.*error TS/.test(line));
    expect(errors.filter((line) => !line.startsWith('node_modules/@temporalio/'))).toEqual([]);
    expect(await project.run(process.execPath, 'out/doors.js')).toContain('"id":"cedar.finish"');
  });

  const refused: unknown = expect.stringMatching(/^There is no cloud "cedar"/);

  it.each([
    ['path', { own: 'hello ana', preflight: refused }],
    ['alone', { own: null, preflight: refused }],
    ['bundle', { own: 'hello ana', preflight: refused }],
    ['shipped', { own: null, preflight: refused }],
    ['twice', { own: 'hello ana', preflight: refused }],
  ])('runs its own workflows and ours: %s', async (way, seen) => {
    expect(await runWay({ project, way })).toEqual(seen);
  });

  it('lets somebody test what his program answers at gates, without a host (examples/test-gates.ts)', async () => {
    const cli = `TEMPORAL_CLI=${await requireServerExecutable()}`;
    const said = await project.run('env', cli, process.execPath, '--test', 'out/examples/test-gates.js');
    expect(said).toMatch(/^# pass 1$/m);
    expect(said).toMatch(/^# fail 0$/m);
  });

  if (sdkVersion === newest)
    // Node 20 has ended, and this repository's own tests run on whatever is installed.
    it.each([22, 24])('runs on Node %s', async (major) => {
      const name = `node-${process.platform}-${process.arch}`;
      await project.run('npm', 'install', '--no-save', '--loglevel=error', `${name}@${major}`);
      const node = join(project.directory, 'node_modules', name, 'bin/node');
      expect(await project.run(node, '--version')).toMatch(new RegExp(`^v${major}\\.`));
      expect(await runWay({ project, way: 'shipped', node })).toEqual({ own: null, preflight: refused });
    });

  it('is refused with the remedy when its bundle was made without the plugin', async () => {
    expect(await runWay({ project, way: 'bundleWithout' })).toEqual({
      refused: expect.stringContaining('to bundleWorkflowCode as well') as string,
    });
  });
});

async function runWay(options: { project: Project; way: string; node?: string }): Promise<unknown> {
  const { project, way, node = process.execPath } = options;
  const ways = join(project.directory, 'out/ways.js');
  const said = await project.run(node, ways, server.address, way, project.directory);
  // On a busy machine the SDK's own log comes before it, and says that the server is slow.
  return JSON.parse(said.trim().split('\n').at(-1) ?? '');
}
