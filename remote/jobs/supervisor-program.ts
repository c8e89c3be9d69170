import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RootWords } from './root-shell';
import { JOB_COMMAND } from './root-way';

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
  'read',
  'write-files',
  'person',
  'verbs',
];

/** durable-job.sh as it is put on hosts, under a name that is its content; also what JOB_COMMAND is. */
export interface SupervisorProgram {
  readonly content: string;
  readonly sha256: string;
  /** Where its jobs live on the host. */
  readonly base: string;
  readonly pathOnHost: string;
}

export function supervisorProgram({ base }: { readonly base: string }): SupervisorProgram {
  const content = PARTS.map(readPart).join('');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, base, pathOnHost: `${base}/bin/durable-job-${sha256}.sh` };
}

function readPart(part: string): string {
  return readFileSync(join(__dirname, 'durable-job', `${part}.sh`), 'utf8');
}

/**
 * Looks whether the host can keep the promise and has the program; `upload` puts it there (content on stdin). For its
 * answer see `ready.sh`. Where the one path is not the way, the look is sent as text.
 */
export function readyWords(options: {
  readonly program: SupervisorProgram;
  readonly mode: 'look' | 'upload';
}): RootWords {
  const { program, mode } = options;
  const { base, sha256, content } = program;
  return (way) => {
    const words = [base, sha256, Buffer.byteLength(content), mode, way === 'root' ? 'root' : 'user'];
    if (way === 'jobCommand') return [JOB_COMMAND, 'ready', ...words];
    return ['sh', '-c', `${readPart('begin')}${readPart('ready')}make_ready "$@"`, 'sh', ...words];
  };
}

/** What is asked of the program. */
export type Verb = 'ensure' | 'follow' | 'status' | 'cancel' | 'ack' | 'gc' | 'fence' | 'write';

export function verbWords(options: {
  readonly program: SupervisorProgram;
  readonly verb: Verb;
  readonly words: readonly (string | number)[];
}): RootWords {
  const { program, verb, words } = options;
  const { base, sha256, pathOnHost } = program;
  return (way) => {
    // The installed file may be of another release: it runs the verb by the program that this worker has put there.
    const begin = way === 'jobCommand' ? [JOB_COMMAND, 'as', base, sha256] : ['sh', pathOnHost];
    return [...begin, verb, base, ...words];
  };
}
