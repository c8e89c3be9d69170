/** OpenSSH's own client, one process for each command: `node ssh.js master|fresh SOCKET_DIRECTORY ASSIGNMENT_FILE`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BenchHost } from '../assignment';
import { drive, readAssignment } from './drive';

const [mode = '', sockets = '', file = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const assignment = readAssignment(file);
  const { work, command } = assignment;
  const words = new Map(assignment.hosts.map((host) => [host.name, sshWords(host)]));
  const output = work.kind === 'output' ? `head -c ${work.bytes} /dev/zero` : null;
  await drive({
    assignment,
    warmUpTurn: -1,
    turn: ({ host, index }) => run([...(words.get(host) ?? []), (index >= 0 ? output : null) ?? command]),
  });
}

/** As strict as ours: the host key is verified, only our key is offered, no configuration of the user is read. */
function sshWords(host: BenchHost): string[] {
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${host.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    ...(mode === 'master' ? ['ControlMaster=auto', 'ControlPersist=60', `ControlPath=${join(sockets, '%h')}`] : []),
  ];
  const place = ['-i', host.identityFile, '-p', String(host.port), '-l', host.user, host.address];
  return ['-F', 'none', ...settings.flatMap((setting) => ['-o', setting]), ...place];
}

function run(words: readonly string[]): Promise<number> {
  const child = spawn('ssh', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(bytes);
      else reject(new Error(`ssh ended with ${code ?? 'a signal'}.`));
    });
  });
}

void main();
