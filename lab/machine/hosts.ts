import type { Role } from '../../schema/cloud';
import { labNetwork } from './instance';

export type LayerName = 'balancer' | 'controller' | 'database' | 'broker';

export type HostName = 'lb1' | 'ctl1' | 'ctl2' | 'db1' | 'mq1';

export interface LabHost {
  readonly name: HostName;
  readonly address: string;
  readonly roles: readonly Role[];
  readonly layer: LayerName;
  /** Started in this order, because a service that starts before what it needs may stay broken. */
  readonly wave: 1 | 2;
}

export const network = {
  prefix: 24,
  /** The bridge itself; the package server listens here. */
  bridge: `${labNetwork}.1`,
  /** The end of the cable that lies in the namespace of whoever called `up`. */
  caller: `${labNetwork}.254`,
  packagePort: 8080,
} as const;

export const labHosts: readonly LabHost[] = [
  { name: 'lb1', address: `${labNetwork}.31`, roles: ['load-balancer'], layer: 'balancer', wave: 1 },
  { name: 'ctl1', address: `${labNetwork}.11`, roles: ['controller'], layer: 'controller', wave: 2 },
  { name: 'ctl2', address: `${labNetwork}.12`, roles: ['controller'], layer: 'controller', wave: 2 },
  { name: 'db1', address: `${labNetwork}.21`, roles: ['database'], layer: 'database', wave: 1 },
  { name: 'mq1', address: `${labNetwork}.22`, roles: ['message-broker'], layer: 'broker', wave: 1 },
];

export const hostNames: readonly HostName[] = labHosts.map(({ name }) => name);

export function addressOf(host: HostName): string {
  return hostNamed(host).address;
}

export function hostNamed(name: HostName): LabHost {
  const found = labHosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`there is no lab host ${name}; the hosts are ${hostNames.join(', ')}`);
  return found;
}
