import type { ServerHostKeyAlgorithm } from 'ssh2';
import {
  fingerprint,
  judgeHostKey,
  keyTypeOf,
  linesFor,
  lookupName,
  type HostKeyVerdict,
  type KnownHostLine,
} from './known-hosts';
import { knownNames, readKnownHosts } from './known-hosts-file';
import { placeOf, TransportError, type RemoteHost } from './transport';

/** Verifies one connection's host key. ssh2 accepts any key where none is given, so no connection is made without. */
export interface HostKeyGuard {
  /** Types known for the host come first: else a host that gained a key type would look like an intruder. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  readonly verify: (key: Buffer) => boolean;
  /** Why `verify` said no, if it did. */
  readonly refusal: () => TransportError | null;
}

/** An RSA key signs in several ways; SHA-1 (plain "ssh-rsa") is left out as OpenSSH does. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

const SSH_PORT = 22;

export async function guardHostKey(host: RemoteHost): Promise<HostKeyGuard> {
  const names = knownNames(host);
  const file = await readKnownHosts(host);
  const lines = linesFor({ lines: file, names });
  const judge = (key: Buffer): HostKeyVerdict => {
    const verdict = judgeHostKey({ lines, names, key });
    if (verdict.kind !== 'unknown' || host.port === SSH_PORT) return verdict;
    // As ssh does: a line without the port counts where no line has the port, and only for the very key that it has.
    const portless = judgeHostKey({ lines: file, names: knownNames({ ...host, port: SSH_PORT }), key });
    return portless.kind === 'known' || portless.kind === 'revoked' ? portless : verdict;
  };
  let accepted: Buffer | null = null;
  let refusal: TransportError | null = null;
  return {
    algorithms: orderAlgorithms({
      lines: lines.length > 0 ? lines : linesFor({ lines: file, names: knownNames({ ...host, port: SSH_PORT }) }),
    }),
    verify: (key) => {
      // ssh2 asks again on every rekey (about once per GiB): within one connection the key may not change.
      if (accepted) return accepted.equals(key);
      const verdict = judge(key);
      if (verdict.kind !== 'known') {
        refusal = refuse({ host, key, verdict });
        return false;
      }
      accepted = key;
      return true;
    },
    refusal: () => refusal,
  };
}

function orderAlgorithms(options: { readonly lines: readonly KnownHostLine[] }): ServerHostKeyAlgorithm[] {
  const known = options.lines.filter(({ marker }) => marker === 'key').map(({ keyType }) => keyType);
  return [...new Set([...known, ...Object.keys(ALGORITHMS)])].flatMap((type) => ALGORITHMS[type] ?? []);
}

function refuse(options: {
  readonly host: RemoteHost;
  readonly key: Buffer;
  readonly verdict: Exclude<HostKeyVerdict, { kind: 'known' }>;
}): TransportError {
  const { host, key } = options;
  const shown = `It offered ${keyTypeOf(key)} ${fingerprint(key)}`;
  const text = `${placeOf(host)}: ${explain(options)} ${shown}. Nothing was sent.`;
  return new TransportError({ kind: 'hostKey', host: host.name, sent: false, text });
}

function explain(options: {
  readonly host: RemoteHost;
  readonly verdict: Exclude<HostKeyVerdict, { kind: 'known' }>;
}): string {
  const { host, verdict } = options;
  const file = host.knownHostsFile;
  const name = lookupName(host);
  const compare = `Compare it with \`ssh-keygen -lf /etc/ssh/ssh_host_<type>_key.pub\` on the host's own console`;
  switch (verdict.kind) {
    case 'unknown':
      return `its host key is not in ${file} (searched for ${knownNames(host).join(' and ')}). ${compare}. If both are equal, add it: ssh-keyscan -p ${String(host.port)} ${host.address} >> ${file}.`;
    case 'changed':
      return `its host key is not the one in ${file} ${listLines(verdict.expected)}: either the host was reinstalled, or another machine intercepts the connection. ${compare}. If both are equal, remove the old line (ssh-keygen -R '${name}' -f ${file}) and add the new one.`;
    case 'otherType':
      return `it offers a host key of a type that ${file} does not have for it (${listLines(verdict.expected)}). ${compare}. If both are equal, add it: ssh-keyscan -p ${String(host.port)} ${host.address} >> ${file}.`;
    case 'authorityOnly':
      return `${file} line ${String(verdict.lineNumber)} trusts a certificate authority for it, but the built-in SSH client cannot verify certificates. Use the OpenSSH client for this cloud (\`client: openssh\` below ssh in its cloud file), or add the host's own key to ${file}.`;
    case 'revoked':
      return `its host key is revoked by ${file} line ${String(verdict.lineNumber)}. The key may be stolen: give the host a new one.`;
    default:
      return verdict satisfies never;
  }
}

function listLines(lines: readonly KnownHostLine[]): string {
  return lines
    .map(
      ({ lineNumber, keyType, key }) =>
        `line ${String(lineNumber)}: ${keyType} ${fingerprint(Buffer.from(key, 'base64'))}`,
    )
    .join(', ');
}
