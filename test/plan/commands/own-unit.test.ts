import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOwnUnit } from '../../../plan/commands/own-unit';
import { changeExit } from '../../../schema/plan';

/** The change as it is, in a real shell; a fake `systemctl` answers for a unit that no command changes. */
describe('stopOwnUnit', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'own-unit-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const stop = (seen: { active?: string; enabled?: boolean; result?: string; proved?: boolean }): number | null => {
    const { active = 'inactive', enabled = false, result = 'success', proved = true } = seen;
    const fake = join(directory, 'systemctl');
    writeFileSync(
      fake,
      `#!/bin/sh
case "$*" in
'is-active heat-engine-side') echo ${active}; test ${active} = active ;;
'-q is-enabled heat-engine-side') ${String(enabled)} ;;
'show -p ControlGroup --value heat-engine-side') echo ;;
'show -p Result --value heat-engine-side') echo ${result} ;;
'disable --quiet --now heat-engine-side') ;;
*) exit 64 ;;
esac
`,
    );
    chmodSync(fake, 0o755);
    const { script } = stopOwnUnit({ id: 'x', title: 'x', unit: 'heat-engine-side', stopSeconds: 1, proved });
    const placed = script.replace('PATH=/usr/sbin:', `PATH=${directory}:/usr/sbin:`);
    return spawnSync('sh', ['-c', placed], { env: { OSU_RUN: 'r' } }).status;
  };

  it('has nothing to do for a unit that is stopped, and for one that was never there', () => {
    expect(stop({ active: 'inactive' })).toBe(changeExit.unchanged);
  });

  it.each(['active', 'activating', 'deactivating', 'reloading'])(
    'does not take a unit that is %s for stopped',
    (active) => {
      expect(stop({ active })).toBe(changeExit.notTrueAfterwards);
    },
  );

  it('does not leave a unit that the next boot would start', () => {
    expect(stop({ enabled: true })).toBe(changeExit.notTrueAfterwards);
  });

  it('takes a unit that died for stopped only on a way back', () => {
    const died = { active: 'failed', result: 'signal' };
    expect(stop(died)).toBe(changeExit.notTrueAfterwards);
    expect(stop({ ...died, proved: false })).toBe(changeExit.unchanged);
  });
});
