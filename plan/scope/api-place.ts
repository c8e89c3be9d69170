import type { HostFacts } from '../../catalog/facts';
import { isLoopback, sameAddress } from '../../catalog/platform/address';

interface Place {
  /** Absent: nobody read it. */
  readonly host: HostFacts | undefined;
  readonly port: number;
}

/** Read by a greeting on the host itself: HAProxy tells only where it speaks TLS itself. */
export function speaksTls({ host, port }: Place): boolean {
  return host?.packages?.tlsPorts?.includes(port) === true;
}

/** Where an API is reached without HAProxy: at the address of SSH, unless it listens on another network alone. */
export function listeningAddress({ host, port, sshAddress }: Place & { readonly sshAddress: string }): string {
  const sockets = (host?.packages?.listening ?? []).filter((one) => one.port === port);
  const open = sockets.map(({ address }) => address).filter((address) => !isLoopback(address));
  if (open.some((address) => everywhere.includes(address) || sameAddress(address, sshAddress))) return sshAddress;
  return open[0] ?? sshAddress;
}

const everywhere: readonly string[] = ['*', '0.0.0.0', '[::]'];
