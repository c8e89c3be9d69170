import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { exposedNames, metrics } from '../../worker/metrics';
import { dashboard, namesInDeploy, queries } from './metric-names';

const deploy = join(__dirname, '../../deploy');

function installed(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, program)));
}

const withProgram = (program: string): jest.It => (installed(program) ? it : it.skip);

describe('the files for production', () => {
  it('name only metrics that the worker has; test/worker/metrics.test.ts scrapes them all', () => {
    const ours = Object.values(metrics).flatMap(exposedNames);
    const named = namesInDeploy().filter((name) => name.startsWith('openstack_upgrade_'));
    expect(named.filter((name) => !ours.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });

  it('have a dashboard whose panels have numbers of their own and do not cover each other', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  withProgram('promtool')('have a scrape job that Prometheus accepts (needs promtool)', () => {
    const said = execFileSync('promtool', ['check', 'config', 'prometheus-scrape.yml'], {
      cwd: deploy,
      encoding: 'utf8',
    });
    expect(said).toContain('SUCCESS: prometheus-scrape.yml is valid');
  });

  withProgram('promtool')('have a dashboard whose queries Prometheus understands (needs promtool)', () => {
    const directory = mkdtempSync(join(tmpdir(), 'osu-dashboard-'));
    try {
      const rules = queries.map((expr, index) => ({
        record: `panel:query:${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m'),
      }));
      const file = join(directory, 'rules.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      const said = execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      expect(said).toContain(`SUCCESS: ${queries.length} rules found`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('have a scrape job by whose name alert rules and dashboard know the workers', () => {
    const { scrape_configs: jobs } = parse(readFileSync(join(deploy, 'prometheus-scrape.yml'), 'utf8')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    };
    const texts = [...queries, readFileSync(join(deploy, 'prometheus-alerts.yml'), 'utf8')];
    const named = texts.flatMap((text) => [...text.matchAll(/job="([^"]+)"/g)].map(([, name]) => name));
    expect([...new Set(named)]).toEqual(jobs.map((job) => job.job_name));
  });

  it('are documented: every metric stands in docs/production.md with its labels', () => {
    const page = readFileSync(join(deploy, '../docs/production.md'), 'utf8').split('\n');
    const undocumented = Object.values(metrics).filter((metric) => {
      const [name = ''] = exposedNames(metric);
      const row = page.find((line) => line.startsWith(`| \`${name.replace(/_bucket$/, '')}\` |`)) ?? '';
      return !row.includes(metric.labels.map((label) => `\`${label}\``).join(', '));
    });
    expect(undocumented).toEqual([]);
  });

  withProgram('promtool')(
    'have alert rules that fire when they should, and not before (needs promtool of prometheus)',
    () => {
      const said = execFileSync('promtool', ['check', 'rules', 'prometheus-alerts.yml'], {
        cwd: deploy,
        encoding: 'utf8',
      });
      expect(said).toContain('SUCCESS: 5 rules found');
      const tested = execFileSync('promtool', ['test', 'rules', 'prometheus-alerts.test.yml'], {
        cwd: deploy,
        encoding: 'utf8',
      });
      expect(tested).toContain('SUCCESS');
    },
  );

  withProgram('systemd-analyze')(
    'have a unit that systemd accepts and finds well confined (needs systemd-analyze)',
    () => {
      const root = mkdtempSync(join(tmpdir(), 'osu-unit-'));
      try {
        // As on the machine it is written for: its program and its user are there.
        const unit = readFileSync(join(deploy, 'openstack-upgrade-worker.service'), 'utf8')
          .replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true')
          .replace(/^User=.*$/m, 'User=daemon');
        mkdirSync(root, { recursive: true });
        const file = join(root, 'openstack-upgrade-worker.service');
        writeFileSync(file, unit);
        execFileSync('systemd-analyze', ['verify', '--man=no', file], { stdio: 'pipe' });
        const offline = ['security', '--offline=true', '--threshold=25', '--no-pager', file];
        expect(execFileSync('systemd-analyze', offline, { encoding: 'utf8' })).toMatch(
          /exposure level .*: [0-2]\.\d OK/,
        );
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
  );
});
