import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packed } from './packed';

jest.setTimeout(120_000);

const run = promisify(execFile);
const root = join(__dirname, '../..');
const megabyte = 1_000_000;
const paths = packed().files.map(({ path }) => path);

describe('the tarball', () => {
  it('has at most 1 MB', () => {
    expect(packed().size).toBeLessThanOrEqual(megabyte);
  });

  it('has what runs and what a reader needs, and neither sources nor tests nor the lab', () => {
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json']));
    expect(paths.filter((path) => !/^(dist|deploy)\//.test(path))).toHaveLength(4);
    expect(paths.filter((path) => /^dist\/(test|lab|bench|tools|examples)\/|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('has the programs for hosts, which the compiler leaves behind', () => {
    const parts = execFileSync('git', ['ls-files', '*.sh', '*.py', '*.cjs'], { cwd: root, encoding: 'utf8' }).split(
      '\n',
    );
    const rooms = new Set(paths.map((path) => path.split('/')[1]));
    const wanted = parts.filter((part) => part.includes('/') && rooms.has(part.split('/')[0]));
    expect(wanted.length).toBeGreaterThan(20);
    expect(paths).toEqual(expect.arrayContaining(wanted.map((part) => `dist/${part}`)));
  });

  it('has what a worker in production is deployed and watched with', () => {
    expect(paths.filter((path) => path.startsWith('deploy/')).sort()).toEqual([
      'deploy/grafana-dashboard.json',
      'deploy/kubernetes.yaml',
      'deploy/openstack-upgrade-worker.service',
      'deploy/prometheus-alerts.yml',
      'deploy/prometheus-scrape.yml',
    ]);
  });

  it('has the JSON Schemas, for editors and pipelines', () => {
    const schemas = ['cloud-file', 'full', 'partial', 'preflight', 'finish'];
    expect(paths).toEqual(expect.arrayContaining(schemas.map((name) => `dist/json-schema/${name}.json`)));
  });

  // Both end with another exit code than 0 when they find something, and say what.
  it('keeps the rules of publint', async () => {
    const { stdout } = await run(tool('publint'), ['run', packed().tarball, '--strict']);
    expect(stdout).toContain('All good!');
  });

  it('has types that resolve for every kind of importer', async () => {
    const { stdout } = await run(tool('attw'), [packed().tarball, '--no-definitely-typed', '--no-emoji']);
    expect(stdout).toContain('No problems found');
  });
});

function tool(name: string): string {
  return join(root, 'node_modules/.bin', name);
}
