import { hereDocument, sh } from '../../shell/sh';
import { JobHostError } from './job-host-error';
import { JOB_COMMAND, sudoersLine } from './root-way';
import { DEFAULT_BASE, supervisorProgram } from './supervisor-program';
import type { Transport } from '../ssh/transport';
import { createRootShell } from './root-shell';

/** The one command that sudo has to allow, as a file: for a package, or for configuration management. */
export interface JobCommand {
  readonly path: string;
  /** POSIX sh, needs nothing beside it. Owner root, mode 0755. */
  readonly content: string;
  readonly sha256: string;
  /** For a file below /etc/sudoers.d, mode 0440. */
  readonly sudoersLine: string;
}

export function jobCommand(options: { readonly user: string }): JobCommand {
  const { content, sha256 } = supervisorProgram({ base: DEFAULT_BASE });
  return { path: JOB_COMMAND, content, sha256, sudoersLine: sudoersLine(options) };
}

/**
 * Puts the command on a host, whole or not at all, where the user can become root already. The sudoers rule is left to
 * a person: it decides who is root. Idempotent; a newer worker works with an older file too.
 * @throws TransportError, SudoRefused, JobHostError with the host's own words
 */
export async function installJobCommand(options: {
  readonly transport: Transport;
  readonly host: string;
  /** Only tests need another. */
  readonly path?: string;
}): Promise<{ readonly kind: 'installed' | 'unchanged'; readonly path: string }> {
  const { transport, host, path = JOB_COMMAND } = options;
  const { content, sha256 } = supervisorProgram({ base: DEFAULT_BASE });
  const sum = `${sha256}  -`; // as sha256sum prints it of its standard input
  const { exitCode, stdout, stderr } = await createRootShell({ transport }).run({
    host,
    deadlineSeconds: 60,
    script: sh`
      set -e; umask 022
      is_it() { test -e "$1" && test "$(sha256sum <"$1")" = ${sum}; }
      if is_it ${path}; then echo unchanged; exit 0; fi
      cat > ${path}.new ${hereDocument({ content })}
      is_it ${`${path}.new`}
      chmod 0755 ${path}.new; sync ${path}.new; mv -T ${path}.new ${path}
      echo installed
    `.text,
  });
  const kind = /^(installed|unchanged)$/m.exec(stdout)?.[1] as 'installed' | 'unchanged' | undefined;
  if (exitCode === 0 && kind !== undefined) return { kind, path };
  throw new JobHostError(`${host}: ${path} could not be written: ${stderr.trim().slice(-400) || 'no message'}`);
}
