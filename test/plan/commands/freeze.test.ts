import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heatRolling } from '../../../catalog/services/heat';
import { nothingInWork } from '../../../plan/commands/freeze';

/** The probe as it is; a fake `mariadb` answers with rows of a real one, and `sleep` does not. */
describe('nothingInWork', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'freeze-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const look = (...answers: readonly string[]): { code: number | null; said: string } => {
    const fake = (name: string, text: string): void => {
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(directory, name), 0o755);
    };
    answers.forEach((rows, index) => {
      writeFileSync(join(directory, `answer.${String(index + 1)}`), rows);
    });
    fake('mariadb', `echo x >> ${directory}/asked; cat "${directory}/answer.$(wc -l < ${directory}/asked)"`);
    fake('sleep', 'exit 0');
    const { script } = nothingInWork({
      id: 'x',
      service: 'heat',
      schema: 'heat',
      work: heatRolling.work,
      accepted: ['9e1', '9e2'],
      retryForSeconds: 60,
    });
    const placed = script
      .replace(/^RUN=.*$/m, `RUN=${directory}`)
      .replace('PATH=/usr/sbin:', `PATH=${directory}:/usr/sbin:`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', placed], { encoding: 'utf8', env: { OSU_RUN: 'r' } });
    return { code: status, said: (stdout + stderr).trim() };
  };
  const row = (...columns: string[]): string => `${columns.join('\t')}\n`;

  it('is content when nothing was in progress twice', () => {
    expect(look('', '')).toEqual({ code: 0, said: '0 stacks in progress:' });
  });

  it('does not trust the first look: between two resources of a stack nothing is in progress for a moment', () => {
    expect(look('', row('5c1d', 'web', 'CREATE', '03:00', 'works'))).toEqual({
      code: 1,
      said: '1 stacks in progress: web (CREATE since 03:00)',
    });
  });

  it('leaves out what a person accepted, and says what mends the stuck', () => {
    const rows = row('9e1', 'old', 'UPDATE', '1999', 'stuck') + row('7f', 'db', 'UPDATE', '02:00', 'stuck', 'p2');
    expect(look(rows)).toEqual({
      code: 1,
      said:
        '1 stacks in progress: db (UPDATE since 02:00, stuck, id 7f, project p2). Nobody works on the stuck any more: ' +
        'openstack stack update --existing <id> in its own project, or openstack stack delete <id>',
    });
  });
});
