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

  interface Seen {
    readonly active?: string;
    readonly enabled?: boolean;
    readonly result?: string;
    readonly proved?: boolean;
    /** The control group of a unit of this machine, in which processes live. */
    readonly group?: string;
  }

  const stop = (seen: Seen): { code: number | null; said: string } => {
    const { active = 'inactive', enabled = false, result = 'success', proved = true, group = '' } = seen;
    const fake = (name: string, text: string): void => {
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(directory, name), 0o755);
    };
    fake(
      'systemctl',
      `case "$*" in
'is-active heat-engine-side') echo ${active}; test ${active} = active ;;
'-q is-enabled heat-engine-side') ${String(enabled)} ;;
'show -p ControlGroup --value heat-engine-side') echo ${group} ;;
'show -p Result --value heat-engine-side') echo ${result} ;;
'show -p SubState --value heat-engine-side') echo stop-sigkill ;;
'disable --quiet --now heat-engine-side --no-block') ;;
*) exit 64 ;;
esac`,
    );
    fake('sleep', 'exit 0');
    fake('cat', `case "$*" in */cgroup.procs*) echo ${String(process.pid)} ;; *) exec /bin/cat "$@" ;; esac`);
    const { script } = stopOwnUnit({ id: 'x', title: 'x', unit: 'heat-engine-side', stopSeconds: 1, proved });
    const placed = script.replace('PATH=/usr/sbin:', `PATH=${directory}:/usr/sbin:`);
    const { status, stderr } = spawnSync('sh', ['-c', placed], { env: { OSU_RUN: 'r' }, encoding: 'utf8' });
    return { code: status, said: stderr.trim() };
  };

  it('has nothing to do for a unit that is stopped, and for one that was never there', () => {
    expect(stop({ active: 'inactive' }).code).toBe(changeExit.unchanged);
  });

  it.each(['active', 'activating', 'deactivating', 'reloading'])(
    'does not take a unit that is %s for stopped',
    (active) => {
      expect(stop({ active }).code).toBe(changeExit.notTrueAfterwards);
    },
  );

  it('does not leave a unit that the next boot would start', () => {
    expect(stop({ enabled: true }).code).toBe(changeExit.notTrueAfterwards);
  });

  it('names the processes that live on, and what systemd says about the unit', () => {
    const { code, said } = stop({ active: 'deactivating', result: 'timeout', group: '/system.slice/x.service' });
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(
        `^heat-engine-side did not stop \\(stop-sigkill, timeout\\): process ${String(process.pid)} \\([^)]+\\) is in state [A-Z]\\S* at \\S+$`,
      ),
    );
  });

  it('takes a unit that did not end well for stopped only on a way back', () => {
    const killed = { active: 'failed', result: 'timeout' };
    expect(stop(killed)).toEqual({
      code: 1,
      said: 'heat-engine-side did not end well (stop-sigkill, timeout): its work in progress may be stuck. Make sure that it is not, then systemctl reset-failed heat-engine-side and retry',
    });
    expect(stop({ ...killed, proved: false }).code).toBe(changeExit.unchanged);
  });
});
