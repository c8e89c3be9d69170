import type { Expiry, SourceLists } from '../../catalog/platform/apt-lists';
import { keyringsOf } from '../../catalog/platform/apt-lists';
import { repositoriesOf } from '../../catalog/platform/apt-repositories';
import type { HostFacts } from '../../catalog/facts';
import type { Cloud } from '../../schema/cloud';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** An approval may wait three days; what expires before the work is done stops it half-way. */
const mustLastSeconds = 72 * 3600;

/** Package lists and signing keys that apt will refuse while the upgrade runs (R-OPS-37). */
export function listFindings(options: { host: string; lists: SourceLists }): Finding[] {
  const { host, lists } = options;
  return [
    ...expiring({ host, what: 'package-lists-expire', expiry: lists.listExpires, noun: 'The package list' }),
    ...expiring({ host, what: 'source-key-expires', expiry: lists.keyExpires, noun: 'The signing key in' }),
  ];
}

/** gpgv, which apt brings along, cannot tell when a key expires. One note for the whole cloud. */
export function unreadKeys(options: { hosts: readonly HostFacts[] }): Finding[] {
  const without = options.hosts.filter(({ packages }) => packages?.lists.keysRead === false).map(({ host }) => host);
  if (without.length === 0) return [];
  return [
    finding({
      what: 'source-key-unread',
      level: 'note',
      text: `gpg is not installed on ${without.join(', ')}: when the key of the package source expires is not known. apt itself accepts it now.`,
      remedy: 'Nothing, or install gpg on one of them and run the preflight again.',
      sources: ['R-OPS-37'],
    }),
  ];
}

function expiring(options: { host: string; what: string; expiry: Expiry | null; noun: string }): Finding[] {
  const { host, what, expiry, noun } = options;
  if (expiry === null || expiry.inSeconds >= mustLastSeconds) return [];
  const hours = Math.floor(expiry.inSeconds / 3600);
  return [
    finding({
      what,
      level: 'warning',
      host,
      text:
        `${noun} ${expiry.what} ${hours < 0 ? 'has expired' : `expires in ${String(hours)} h`}: after that apt refuses ` +
        'the source, and a run that waits until then stops half-way.',
      remedy: 'Renew it at the source, or be through with the package phase before.',
      sources: ['R-OPS-37'],
    }),
  ];
}

/**
 * An entry is switched off where it is the one that the cloud file names. In another spelling (a mirror, https) it stays on, and nobody would
 * hear of it.
 */
export function previousElsewhere(options: {
  cloud: Cloud;
  hosts: readonly HostFacts[];
  from: string;
  to: string;
}): Finding[] {
  const { cloud, hosts, from, to } = options;
  const text = cloud.sourceTexts[from];
  if (text === undefined || from === to) return [];
  const named = repositoriesOf(text);
  return hosts.flatMap(({ host, packages }) => {
    const used = packages?.repositories ?? null;
    // With no entry at all there is none that stays on.
    if (used === null || used.length === 0 || used.some((one) => named.includes(one))) return [];
    return [
      finding({
        what: `previous-source-elsewhere-${from}`,
        level: 'note',
        host,
        text: `None of the entries of the source of ${from} in the cloud file (${named.join('; ')}) is in use here: what the installed packages came from stays switched on beside the source of ${to}. In use: ${used.join('; ')}.`,
        remedy: `Nothing: the newer versions win. To have the entries switched off, spell packageSources.${from} as the hosts do.`,
        sources: ['R-OPS-37'],
      }),
    ];
  });
}

/** A source that nothing vouches for: whoever stands in between decides what becomes root on every host. */
export function unsignedSource(options: { cloud: Cloud; to: string }): Finding[] {
  const { cloud, to } = options;
  const text = cloud.sourceTexts[to];
  if (text === undefined) return [];
  const trusted = /^Trusted:\s*yes/im.test(text) || /^Allow-Insecure:\s*yes/im.test(text);
  const signed = keyringsOf(text).length > 0 || /^Signed-By:\s*\n\s+\S/im.test(text);
  if (!trusted && signed) return [];
  return [
    finding({
      what: `source-unsigned-${to}`,
      level: 'warning',
      text: trusted
        ? `The package source of ${to} is trusted without a signature: whoever stands in between decides what is installed as root.`
        : `The package source of ${to} names no key (Signed-By): any key that apt trusts may vouch for it.`,
      remedy: 'Signed-By with the key of this source alone; no Trusted, no Allow-Insecure.',
      sources: ['R-OPS-37'],
    }),
  ];
}
