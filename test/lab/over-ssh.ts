import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Lab } from '../../lab';

const execute = promisify(execFile);

/** A command as the lab's user, by the machine's own ssh and with host keys checked. Throws when it fails. */
export async function overSsh(options: {
  readonly lab: Lab;
  readonly address: string;
  readonly command: string;
}): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { lab, address, command } = options;
  const strict = ['-F', 'none', '-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${lab.knownHosts}`];
  const own = ['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-i', lab.identityFile];
  return execute('ssh', [...strict, ...own, `deploy@${address}`, command]);
}
