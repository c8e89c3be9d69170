import { createHash } from 'node:crypto';
import { jobId, type JobKey } from './job';

/** What is published on the host: the script with one line of facts before it, and its hash. */
export interface JobSpec {
  readonly jobId: string;
  readonly content: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Characters that need no quoting in the line of facts, in a file name or in a glob. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:@%+=,-]{0,199}$/;
const PLAIN_WITH_SLASHES = /^[A-Za-z0-9][A-Za-z0-9._:@%+=,/-]{0,199}$/;

/**
 * Makes the spec of a job. The line of facts is part of the hash, so the same id with another script or mutex is a
 * CONFLICT. Throws when a name has characters that the line cannot hold: that is a mistake in the caller.
 */
export function jobSpec(options: JobKey & { readonly script: string; readonly mutex?: string }): JobSpec {
  const facts = [
    `host=${plain({ name: 'host', value: options.host, pattern: PLAIN })}`,
    `run=${plain({ name: 'runId', value: options.runId, pattern: PLAIN })}`,
    `step=${plain({ name: 'stepId', value: options.step, pattern: PLAIN_WITH_SLASHES })}`,
    ...(options.mutex === undefined ? [] : [`mutex=${plain({ name: 'mutex', value: options.mutex, pattern: PLAIN })}`]),
  ];
  const script = options.script.endsWith('\n') ? options.script : `${options.script}\n`;
  const content = `# openstack-upgrade job ${facts.join(' ')}\n${script}`;
  return {
    jobId: jobId(options),
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: Buffer.byteLength(content),
  };
}

function plain(options: { readonly name: string; readonly value: string; readonly pattern: RegExp }): string {
  if (options.pattern.test(options.value)) return options.value;
  throw new Error(
    `A job's ${options.name} may have letters, digits and ._:@%+=,- (at most 200, no blanks); got ${JSON.stringify(options.value)}.`,
  );
}
