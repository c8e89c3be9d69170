import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packed } from './packed';
import { installProject, type Project } from './project';

jest.setTimeout(300_000);

let project: Project;
beforeAll(async () => {
  project = await installProject({ name: 'client' });
});

describe('the package installed alone, as by a program that only starts and steers upgrades', () => {
  it('brings at most 60 MB and no native code', () => {
    const files = filesOf(join(project.directory, 'node_modules'));
    expect(files.filter((file) => file.endsWith('.node'))).toEqual([]);
    const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1_000_000;
    expect(megabytes).toBeLessThanOrEqual(60);
  });

  it('can be imported as a module and required', async () => {
    const names = ['client', 'schema'].map((door) => `temporal-openstack-upgrade/${door}`);
    for (const name of names) {
      await project.run(process.execPath, '--input-type=module', '--eval', `await import('${name}')`);
      await project.run(process.execPath, '--input-type=commonjs', '--eval', `require('${name}')`);
    }
  });

  it.each(['openstack-upgrade', 'openstack-upgrade-worker', 'openstack-upgrade-job'])(
    'has the command %s, which says its version',
    async (command) => {
      expect(await project.run(join(project.directory, 'node_modules/.bin', command), '--version')).toBe(
        `${packed().version}\n`,
      );
    },
  );

  it('says what a worker needs besides, and shows no stack', async () => {
    const worker = project.run(join(project.directory, 'node_modules/.bin/openstack-upgrade-worker'));
    const { stderr } = await worker.then(
      () => ({ stderr: 'it started' }),
      (error: unknown) => error as { stderr: string },
    );
    expect(stderr).toContain('npm install @temporalio/activity @temporalio/plugin @temporalio/worker');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
