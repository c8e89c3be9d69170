import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';

/** An OpenSSH server on a loopback address of this machine, run by and for the current user, with keys of its own. */
export const sshdProgram = '/usr/sbin/sshd';

/** Why no SSH server can be started here, or null. */
export function whyNoSshd(): string | null {
  if (!existsSync(sshdProgram)) return `${sshdProgram} is missing. Install it: apt-get install openssh-server`;
  if (!existsSync('/usr/bin/ssh-keygen')) return 'ssh-keygen is missing. Install it: apt-get install openssh-client';
  const { shell, username } = userInfo();
  return /nologin|false$/.test(shell ?? '')
    ? `${username} has no login shell, so a login as ${username} is not possible. Give this user a shell.`
    : null;
}

export function makeSshKey(options: { readonly path: string; readonly type?: 'ed25519' | 'ecdsa' }): void {
  const { path, type = 'ed25519' } = options;
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'loopback', '-f', path]);
}

/** Lines of sshd_config(5) that do without PAM, a password, or a file of the machine's own sshd. */
export function sshdConfig(options: { readonly hostKey: string; readonly authorizedKeys: string }): string {
  return `HostKey ${options.hostKey}
AuthorizedKeysFile ${options.authorizedKeys}
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin prohibit-password
`;
}

/** Whether an SSH server says its name there. */
export function greets(place: { readonly address: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: place.address, port: place.port });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Free at this moment on that address. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
