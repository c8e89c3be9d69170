import type { Finding } from '../../schema/plan';

/**
 * Findings that say the same of several hosts are one finding that names the hosts: fourteen equal lines hide the fifteenth, and
 * a warning is then accepted once. Its id is without hosts, unless that would be the id of another finding, too.
 */
export function grouped(findings: readonly Finding[]): Finding[] {
  const onHosts = findings.filter(({ host }) => host !== null);
  const firsts = onHosts.filter((one, at) => onHosts.findIndex((other) => sayEqual(one, other)) === at);
  const groups = firsts.map((first) => ({ first, hosts: hostsOf({ first, findings: onHosts }) }));
  const several = groups.filter(({ hosts }) => hosts.length > 1).map(({ first }) => whatOf(first));
  const taken = findings.filter(({ host }) => host === null).map(({ id }) => id);
  const isFree = (what: string): boolean => several.filter((one) => one === what).length === 1 && !taken.includes(what);
  return [
    ...findings.filter(({ host }) => host === null),
    ...groups.map(({ first, hosts }) => {
      if (hosts.length < 2) return first;
      const what = whatOf(first);
      const id = isFree(what) ? what : `${what}@${hosts.join('+')}`;
      return { ...first, id, host: null, text: `${hosts.join(', ')}: ${first.text}` };
    }),
  ];
}

function hostsOf(options: { first: Finding; findings: readonly Finding[] }): string[] {
  const { first, findings } = options;
  return findings
    .filter((one) => sayEqual(one, first))
    .flatMap(({ host }) => host ?? [])
    .sort();
}

function sayEqual(one: Finding, other: Finding): boolean {
  return (
    whatOf(one) === whatOf(other) && one.level === other.level && one.text === other.text && one.remedy === other.remedy
  );
}

/** `held@ctl1` without the host. */
function whatOf({ id, host }: Finding): string {
  return host === null ? id : id.slice(0, -`@${host}`.length);
}
