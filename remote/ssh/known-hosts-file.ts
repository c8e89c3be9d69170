import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { lookupName, parseKnownHosts, type KnownHostLine } from './known-hosts';
import { TransportError, type RemoteHost } from './transport';

/**
 * The lines of a host's known_hosts file, read anew for every connection so that an operator's correction counts at
 * once. Rejects with a TransportError of kind hostKey.
 */
export async function readKnownHosts(host: RemoteHost): Promise<KnownHostLine[]> {
  try {
    return parseKnownHosts(await readFile(host.knownHostsFile, 'utf8'));
  } catch (cause) {
    throw new TransportError({
      kind: 'hostKey',
      host: host.name,
      sent: false,
      cause,
      text: `Cannot read the known_hosts file ${host.knownHostsFile}, so the host key of ${host.name} cannot be verified. Nothing was sent. Create the file with the host's key, and make it readable for the worker.`,
    });
  }
}

/**
 * The names a host is looked up by: its address, and what the cloud file calls it. An IPv6 address as it is written and in
 * its one short spelling: ssh looks for that (`fd00:10:0:0::11` is `fd00:10::11`).
 */
export function knownNames(host: RemoteHost): string[] {
  const { address, name } = host;
  return [...new Set([address, shortSpelling(address), name])].map((one) =>
    lookupName({ address: one, port: host.port }),
  );
}

function shortSpelling(address: string): string {
  return isIPv6(address) && !address.includes('%') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
