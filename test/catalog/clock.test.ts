import { spawnSync } from 'node:child_process';
import { offsetSeconds, script } from '../../catalog/platform/clock';

describe("a host's clock", () => {
  it.each(['', 'Welcome to ctl1 - all actions are logged\n', 'no end of line 17 '])(
    'is read by a real shell that says first: %j',
    (greeting) => {
      const before = Date.now();
      const { stdout } = spawnSync('sh', ['-c', `printf %s '${greeting}'; ${script.text}`], { encoding: 'utf8' });
      expect(Math.abs(offsetSeconds({ stdout, before, after: Date.now() }) ?? Infinity)).toBeLessThan(60);
    },
  );

  it.each(['', 'Welcome to ctl1\n', '@@openstack-upgrade-clock \n', '@@openstack-upgrade-clock 17%3N\n'])(
    'is not read, and never NaN, where the host said %j',
    (stdout) => {
      expect(offsetSeconds({ stdout, before: 0, after: 0 })).toBeNull();
    },
  );
});
