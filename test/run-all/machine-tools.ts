import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that tests start, and the Debian package of each. A test whose program stays missing is skipped by name. */
const tools: readonly { readonly program: string; readonly package: string }[] = [
  { program: '/usr/sbin/sshd', package: 'openssh-server' },
  { program: '/usr/bin/ssh-keygen', package: 'openssh-client' },
  // Not busybox-static: its shell runs its own `id` and `mv` before what a test lays on the PATH.
  { program: '/bin/busybox', package: 'busybox' },
  { program: '/usr/bin/chromium', package: 'chromium' },
  { program: '/usr/bin/strace', package: 'strace' },
  { program: '/usr/bin/python3', package: 'python3-minimal' },
  // Shells whose completion is tried.
  { program: '/usr/share/bash-completion/bash_completion', package: 'bash-completion' },
  { program: '/usr/bin/fish', package: 'fish' },
  { program: '/usr/bin/zsh', package: 'zsh' },
  // Libraries of programs/*.py that are tested on the real ones.
  { program: '/usr/lib/python3/dist-packages/packaging', package: 'python3-packaging' },
  { program: '/usr/lib/python3/dist-packages/oslo_messaging', package: 'python3-oslo.messaging' },
];

/** Installs what the tests lack, where that is possible (root on Debian), and says so in one line. */
export const installTools = (): void => {
  const missing = tools.filter(({ program }) => !existsSync(program)).map((tool) => tool.package);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`installing what the tests lack: ${missing.join(' ')}`);
  const apt = (args: readonly string[]): boolean =>
    spawnSync('apt-get', ['-q', ...args], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const done = apt(['update']) && apt(['-y', '--no-install-recommends', 'install', ...missing]);
  if (!done) console.log('apt-get could not install them: the tests that need them are skipped');
};
