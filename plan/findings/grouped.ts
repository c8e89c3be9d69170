import type { Finding } from '../../schema/plan';

/**
 * Notes that say the same of several hosts are one note that names the hosts: fourteen equal lines hide the fifteenth.
 * Only notes: a blocker is mended and a warning is accepted host by host, by its id.
 */
export function grouped(findings: readonly Finding[]): Finding[] {
  const isNote = (one: Finding): boolean => one.level === 'note' && one.host !== null;
  const notes = findings.filter(isNote);
  const firsts = notes.filter((one, at) => notes.findIndex((other) => sayEqual(one, other)) === at);
  return [...findings.filter((one) => !isNote(one)), ...firsts.map((first) => together({ first, notes }))];
}

function together(options: { first: Finding; notes: readonly Finding[] }): Finding {
  const { first, notes } = options;
  const hosts = notes.filter((one) => sayEqual(one, first)).flatMap(({ host }) => host ?? []);
  if (hosts.length < 2) return first;
  return { ...first, id: whatOf(first), host: null, text: `${[...hosts].sort().join(', ')}: ${first.text}` };
}

function sayEqual(one: Finding, other: Finding): boolean {
  return whatOf(one) === whatOf(other) && one.text === other.text && one.remedy === other.remedy;
}

/** `held@ctl1` without the host. */
function whatOf({ id, host }: Finding): string {
  return host === null ? id : id.slice(0, -`@${host}`.length);
}
