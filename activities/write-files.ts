import type { ShellText } from '../shell/sh';
import type { Reach } from './reach';
import { JobHostError, SudoRefused } from '../remote';

/** The host answers and cannot write: a full or broken disk. Its own words. */
export class NotWritten extends Error {}

interface WriteRequest {
  readonly reach: Reach;
  readonly host: string;
  /** Below `/var/lib/openstack-upgrade`. */
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  /** What else has to be there first, such as another directory for people. */
  readonly before?: ShellText;
}

/**
 * Writes texts to files in a directory of a host, root only, each complete or not at all. Idempotent.
 * @throws TransportError, SudoRefused, NotWritten
 */
export async function writeFiles(request: WriteRequest): Promise<void> {
  const { reach, host, directory, files, before } = request;
  if (before !== undefined) await prepare({ ...request, before });
  try {
    await reach.jobs.writeFiles({ host, directory, files });
  } catch (error) {
    if (error instanceof JobHostError && !(error instanceof SudoRefused)) throw new NotWritten(error.message);
    throw error;
  }
}

async function prepare(options: WriteRequest & { readonly before: ShellText }): Promise<void> {
  const { reach, host, directory, before } = options;
  const { exitCode, stderr } = await reach.root.run({
    host,
    deadlineSeconds: 120,
    script: `set -e; umask 077\n${before.text}`,
  });
  if (exitCode !== 0) throw new NotWritten(`${host}: ${directory} could not be written: ${stderr.trim().slice(-400)}`);
}
