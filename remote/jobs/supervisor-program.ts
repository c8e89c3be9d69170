import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRootCommand, JOB_COMMAND, type RootWay } from './root-way';

/** Where jobs live on a host. Local and persistent: never /tmp, /run or NFS, which forget or lie. */
export const DEFAULT_BASE = '/var/lib/openstack-upgrade';

/** One file on the host, several here: functions first, the verbs last. */
const PARTS = [
  'begin',
  'ready',
  'look',
  'fence',
  'publish',
  'follow',
  'record',
  'cancel',
  'supervise',
  'papers',
  'person',
  'verbs',
];

/** durable-job.sh as it is put on hosts, under a name that is its content; also what JOB_COMMAND is. */
export interface SupervisorProgram {
  readonly content: string;
  readonly sha256: string;
  readonly pathOnHost: string;
}

export function supervisorProgram(options: { readonly base: string }): SupervisorProgram {
  const content = PARTS.map(readPart).join('');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, pathOnHost: `${options.base}/bin/durable-job-${sha256}.sh` };
}

function readPart(part: string): string {
  return readFileSync(join(__dirname, 'durable-job', `${part}.sh`), 'utf8');
}

/**
 * Looks whether the host can keep the promise and has the program; `upload` puts it there (content on stdin). For its
 * answer see `ready.sh`. Where the one path is not the way, the look is sent as text.
 */
export function readyCommand(options: {
  readonly way: RootWay;
  readonly base: string;
  readonly program: SupervisorProgram;
  readonly mode: 'look' | 'upload';
}): string {
  const { way, base, program, mode } = options;
  const user = way === 'root' ? 'root' : 'user';
  const words = [base, program.sha256, Buffer.byteLength(program.content), mode, user];
  if (way === 'jobCommand') return asRootCommand({ way, words: [JOB_COMMAND, 'ready', ...words] });
  const text = `${readPart('begin')}${readPart('ready')}make_ready "$@"`;
  return asRootCommand({ way, words: ['sh', '-c', text, 'sh', ...words] });
}

/** A verb of the program as a command for the login shell. All verbs run as root. */
export function verbCommand(options: {
  readonly way: RootWay;
  readonly base: string;
  readonly program: SupervisorProgram;
  readonly words: readonly (string | number)[];
}): string {
  const { way, base, program, words } = options;
  // The installed file may be of another release: it runs the verb by the program that this worker has put there.
  const begin = way === 'jobCommand' ? [JOB_COMMAND, 'as', base, program.sha256] : ['sh', program.pathOnHost];
  return asRootCommand({ way, words: [...begin, ...words] });
}
