import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const deploy = join(__dirname, '../../deploy');

function installed(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, program)));
}

const withProgram = (program: string): jest.It => (installed(program) ? it : it.skip);

describe('the files for production', () => {
  withProgram('promtool')(
    'have alert rules that fire when they should, and not before (needs promtool of prometheus)',
    () => {
      const said = execFileSync('promtool', ['check', 'rules', 'prometheus-alerts.yml'], {
        cwd: deploy,
        encoding: 'utf8',
      });
      expect(said).toContain('SUCCESS: 4 rules found');
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
