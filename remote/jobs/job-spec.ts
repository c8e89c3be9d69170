import { createHash } from 'node:crypto';
import { jobId, type JobKey } from './job';
import { plainName } from './plain-name';

/** What is published on the host: the script with one line of facts before it, and its hash. */
export interface JobSpec {
  readonly jobId: string;
  readonly content: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Makes the spec of a job. The line of facts is part of the hash, so the same id with another script or mutex is a
 * CONFLICT. Throws when a name has characters that the line cannot hold: that is a mistake in the caller.
 */
export function jobSpec(options: JobKey & { readonly script: string; readonly mutex?: string }): JobSpec {
  const facts = [
    `host=${plainName({ what: "A job's host", value: options.host })}`,
    `run=${plainName({ what: "A job's runId", value: options.runId })}`,
    `step=${plainName({ what: "A job's stepId", value: options.step, mayHaveSlashes: true })}`,
    ...(options.mutex === undefined ? [] : [`mutex=${plainName({ what: "A job's mutex", value: options.mutex })}`]),
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
