import { hereDocument, lines, sh, type ShellText } from '../shell/sh';
import type { Reach } from './reach';
import { asRoot } from './root-shell';

/** The host answers and cannot write: a full or broken disk. Its own words. */
export class NotWritten extends Error {}

/**
 * Lays texts into a directory of a host, root only, each whole or not at all. Idempotent.
 * @throws TransportError, SudoRefused, NotWritten
 */
export async function layFiles(options: {
  readonly reach: Reach;
  readonly host: string;
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  readonly before?: ShellText;
}): Promise<void> {
  const { reach, host, directory, files, before = null } = options;
  const result = await asRoot({
    transport: reach.transport,
    host,
    deadlineSeconds: 120,
    script: lines(
      sh`set -e; umask 077`,
      before,
      sh`mkdir -p ${directory}; cd ${directory}`,
      ...Object.entries(files).flatMap(([name, content]) => [
        sh`cat > ${name}.part ${hereDocument({ content })}`,
        sh`mv ${name}.part ${name}`,
      ]),
    ).text,
  });
  if (result.exitCode !== 0) {
    throw new NotWritten(`${host}: ${directory} could not be written: ${result.stderr.trim().slice(-400)}`);
  }
}
