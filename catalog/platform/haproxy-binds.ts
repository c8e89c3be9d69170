import { conditional, lastOf, type Section } from './haproxy-config';

/** A place where users may knock: what a client on the load balancer's host has to open. */
export interface Listener {
  readonly frontend: string;
  /** As a URL writes it: an IPv6 address stands in brackets. `0.0.0.0` and `::`: every address of the host. */
  readonly address: string;
  readonly port: number;
  readonly backend: string;
  readonly tls: boolean;
  /** HAProxy passes bytes on and looks at nothing (`mode tcp`): users speak TLS where the servers do. */
  readonly passes?: true;
  /** It chooses among several back ends by the request: whoever closes it closes more than one API. */
  readonly routes?: true;
}

export interface Binds {
  readonly listeners: readonly Listener[];
  /** Lines that this reader cannot take apart. They are said, never guessed. */
  readonly notUnderstood: readonly string[];
}

/** Every address of every `bind` line of front ends and listen sections (configuration manual, `bind`). */
export function bindsOf(sections: readonly Section[]): Binds {
  const all = sections
    .filter(({ kind }) => kind === 'frontend' || kind === 'listen')
    .flatMap((section) => [
      ...section.lines.filter(([word]) => word === 'bind').map((words) => bindOf({ section, words: words.slice(1) })),
      ...section.lines
        .filter(([word, second]) => word === conditional && second === 'bind')
        .map((words) => ({ listeners: [], notUnderstood: [`${section.kind} ${section.name}: ${words.join(' ')}`] })),
    ]);
  return {
    listeners: all.flatMap(({ listeners }) => listeners),
    notUnderstood: all.flatMap(({ notUnderstood }) => notUnderstood),
  };
}

function bindOf(options: { section: Section; words: readonly string[] }): Binds {
  const { section, words } = options;
  const [addresses = '', ...parameters] = words;
  const backend = lastOf({ section, keyword: 'default_backend' })?.[0] ?? section.name;
  const parts = addresses.split(',').filter((one) => !withoutUrl.test(one));
  const places = parts.map((part) => placesOf({ part, onlyIpv6: parameters.includes('v6only') }));
  if (places.includes(null))
    return { listeners: [], notUnderstood: [`${section.kind} ${section.name}: bind ${words.join(' ')}`] };
  return {
    listeners: places.flatMap((all) =>
      (all ?? []).map((place) => ({
        frontend: section.name,
        ...place,
        backend,
        tls: parameters.includes('ssl'),
        ...(lastOf({ section, keyword: 'mode' })?.[0] === 'http' ? {} : { passes: true as const }),
        ...(lastOf({ section, keyword: 'use_backend' }) === undefined ? {} : { routes: true as const }),
      })),
    ),
    notUnderstood: [],
  };
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Sockets of other kinds, and QUIC: nobody opens them with an `http://` or `https://` of a plain client. */
const withoutUrl = /^(?:\/|(?:unix|uxst|uxdg|abns|abnsz|fd|sockpair|quic4|quic6|udp|udp4|udp6|rhttp|rev)@)/;

/** More ports than this in one range is no API: a typing error, or something else. */
const mostPorts = 64;

/** `[ipv4@|ipv6@|...]ADDRESS:PORT[-PORT]`; the last colon is the port's, also behind an IPv6 address without brackets. */
function placesOf(options: { part: string; onlyIpv6: boolean }): Place[] | null {
  const { part, onlyIpv6 } = options;
  const match = /^(?:(ipv4|ipv6|tcp|tcp4|tcp6|mptcp|mptcp4|mptcp6)@)?([^@$]*):(\d+)(?:-(\d+))?$/.exec(part);
  if (match === null) return null;
  const [, family = '', address = '', first = '', last = first] = match;
  const ports = Number(last) - Number(first) + 1;
  if (ports < 1 || ports > mostPorts) return null;
  return Array.from({ length: ports }, (_, index) => ({
    address: addressOf({ address, ipv6: family.endsWith('6'), onlyIpv6 }),
    port: Number(first) + index,
  }));
}

function addressOf(options: { address: string; ipv6: boolean; onlyIpv6: boolean }): string {
  const { address, ipv6, onlyIpv6 } = options;
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  const every = bare === '' || bare === '*' ? ipv6 : /^[0:]+$/.test(bare) && bare.includes(':');
  // Linux takes IPv4 on the same socket unless it is told not to; then only the loopback address of IPv6 answers.
  if (every) return onlyIpv6 ? '[::1]' : '::';
  if (bare === '' || bare === '*') return '0.0.0.0';
  return bare.includes(':') ? `[${bare}]` : bare;
}
