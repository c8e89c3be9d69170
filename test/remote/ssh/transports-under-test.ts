import { execFileSync } from 'node:child_process';
import { createOpensshTransport, createSsh2Transport, type RemoteHost, type Transport } from '../../../remote';
import type { ConnectionTimes } from '../../../remote/ssh/ssh-client';
import { whyNoSshd } from '../../../lab/machine/loopback-sshd';

/** A way to speak SSH, as the tests take it: whatever is promised of one is promised of all. */
export interface TransportUnderTest {
  readonly name: 'ssh2' | 'openssh';
  readonly create: (options: {
    readonly hosts: readonly RemoteHost[];
    readonly times?: Partial<ConnectionTimes>;
  }) => Transport;
  /** Why it cannot be tried on this machine, or null. */
  readonly missing: string | null;
}

export const TRANSPORTS: readonly TransportUnderTest[] = [
  { name: 'ssh2', create: createSsh2Transport, missing: whyNoSshd() },
  { name: 'openssh', create: createOpensshTransport, missing: whyNoSshd() ?? whyNoSsh() },
];

/** For a process that is told only the name. */
export function transportNamed(name: TransportUnderTest['name']): TransportUnderTest {
  const found = TRANSPORTS.find((one) => one.name === name);
  if (!found) throw new Error(`no transport ${name}`);
  return found;
}

function whyNoSsh(): string | null {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no ssh (Debian package openssh-client)';
  }
}
