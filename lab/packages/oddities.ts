import type { AddressFamily } from '../machine/hosts';

/**
 * What clouds have that nobody built for this product, and what an install guide does not do. Each can be had alone, so that
 * one finds out which of them a failure is about.
 *
 * - `shells`: every login is greeted, by `.bashrc` and `/etc/profile.d`, on both streams and without an end of the line.
 * - `vhosts`: Heat and Keystone each have a RabbitMQ vhost and user of their own beside the default ones.
 * - `balancer`: HAProxy reads its sections from a folder, by a second `-f` of the unit.
 * - `tls`: users and services reach Keystone by HTTPS, with a certificate of a CA that no host trusts by itself.
 * - `ipv6`: hosts have no other address, neither for each other nor for the worker.
 */
export type OddityName = 'shells' | 'vhosts' | 'balancer' | 'tls' | 'ipv6';

export const oddityNames: readonly OddityName[] = ['shells', 'vhosts', 'balancer', 'tls', 'ipv6'];

/** In one order, however they were asked for: the same set has the same frozen state. */
export function oddities(names: readonly OddityName[]): readonly OddityName[] {
  return oddityNames.filter((name) => names.includes(name));
}

/** `-odd` for all of them, `-tls-ipv6` for some, or nothing. */
export function odditiesSuffix(names: readonly OddityName[]): string {
  const own = oddities(names);
  if (own.length === oddityNames.length) return '-odd';
  return own.map((name) => `-${name}`).join('');
}

/** In which addresses hosts are known to each other and to the worker. */
export function familyOf(names: readonly OddityName[]): AddressFamily {
  return names.includes('ipv6') ? 'ipv6' : 'ipv4';
}
