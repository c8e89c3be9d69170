import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../shell/sh';

/** Where jobs live on a host. Local and persistent: never /tmp, /run or NFS, which forget or lie. */
export const DEFAULT_BASE = '/var/lib/openstack-upgrade';

/** One file on the host, several here: functions first, the verbs last. */
const PARTS = ['begin', 'look', 'fence', 'publish', 'follow', 'record', 'cancel', 'supervise', 'verbs'];

/** durable-job.sh as it is put on hosts, under a name that is its content. */
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
 * Looks whether the host can keep the promise and has the program; `upload` puts it there (content on stdin). Prints
 * `root yes|no`, then `published`, `wanted` (it is not there), `cut` (the upload was incomplete) or `missing ...`.
 */
export function publishCommand(options: {
  readonly base: string;
  readonly program: SupervisorProgram;
  readonly mode: 'look' | 'upload';
}): string {
  const { base, program, mode } = options;
  const length = String(Buffer.byteLength(program.content));
  const words = [base, program.sha256, length, program.pathOnHost, mode].map(quote);
  const run = `sh -c ${quote(readPart('make-ready'))} sh ${words.join(' ')}`;
  return `if [ "$(id -u)" = 0 ]; then echo 'root yes'; exec ${run} yes; else echo 'root no'; exec sudo -n ${run} no; fi`;
}

/** A verb of the program as a command for the login shell. All verbs run as root, by sudo where the user is not. */
export function verbCommand(options: {
  readonly program: SupervisorProgram;
  readonly isRoot: boolean;
  readonly words: readonly (string | number)[];
}): string {
  const words = ['sh', options.program.pathOnHost, ...options.words].map((word) => quote(String(word)));
  return `exec ${options.isRoot ? '' : 'sudo -n '}${words.join(' ')}`;
}
