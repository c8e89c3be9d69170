import type { Role } from '../../schema/cloud';
import { labNetwork } from './instance';

export type LayerName = 'balancer' | 'controller' | 'database' | 'broker' | 'compute';

export type HostName = 'lb1' | 'ctl1' | 'ctl2' | 'db1' | 'mq1' | 'cmp1';

/** A lab has addresses of one kind: where there is another way, nobody sees that the first one does not work. */
export type AddressFamily = 'ipv4' | 'ipv6';

export const addressFamilies: readonly AddressFamily[] = ['ipv4', 'ipv6'];

export interface LabHost {
  readonly name: HostName;
  readonly roles: readonly Role[];
  readonly layer: LayerName;
  /** Started in this order, because a service that starts before what it needs may stay broken. */
  readonly wave: 1 | 2;
  /** Part of a lab that has this service, and of no other. Absent: of every lab. */
  readonly onlyWith?: 'ceilometer';
}

/** Of the network, behind the address. */
export const prefixLength: Readonly<Record<AddressFamily, number>> = { ipv4: 24, ipv6: 64 };

export const packagePort = 8080;

export const labHosts: readonly LabHost[] = [
  { name: 'lb1', roles: ['load-balancer'], layer: 'balancer', wave: 1 },
  { name: 'ctl1', roles: ['controller'], layer: 'controller', wave: 2 },
  { name: 'ctl2', roles: ['controller'], layer: 'controller', wave: 2 },
  { name: 'db1', roles: ['database'], layer: 'database', wave: 1 },
  { name: 'mq1', roles: ['message-broker'], layer: 'broker', wave: 1 },
  { name: 'cmp1', roles: ['compute'], layer: 'compute', wave: 2, onlyWith: 'ceilometer' },
];

/** Of a lab with these services beside Keystone and Heat. */
export function hostsWith(extras: readonly string[]): readonly LabHost[] {
  return labHosts.filter(({ onlyWith }) => onlyWith === undefined || extras.includes(onlyWith));
}

/** Last numbers of the addresses. */
const numbers: Readonly<Record<HostName, number>> = { lb1: 31, ctl1: 11, ctl2: 12, db1: 21, mq1: 22, cmp1: 41 };

/** Of every lab. */
export const hostNames: readonly HostName[] = hostsWith([]).map(({ name }) => name);

/** Also those that only some labs have. */
export const allHostNames: readonly HostName[] = labHosts.map(({ name }) => name);

export function hostAddress(options: { readonly host: HostName; readonly family: AddressFamily }): string {
  return inNetwork({ family: options.family, number: numbers[options.host] });
}

/** The bridge itself; the package server listens here. */
export const bridgeAddress = (family: AddressFamily): string => inNetwork({ family, number: 1 });

/** The end of the cable that lies in the namespace of whoever called `up`. */
export const callerAddress = (family: AddressFamily): string => inNetwork({ family, number: 254 });

/** `10.91.7` is `fd00:10:91:7` in IPv6: the numbers stay readable, and the range is private (RFC 4193). */
function inNetwork(options: { readonly family: AddressFamily; readonly number: number }): string {
  const { family, number } = options;
  return family === 'ipv4' ? `${labNetwork}.${number}` : `fd00:${labNetwork.replaceAll('.', ':')}::${number}`;
}

export function hostNamed(name: HostName): LabHost {
  const found = labHosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`there is no lab host ${name}; the hosts are ${allHostNames.join(', ')}`);
  return found;
}
