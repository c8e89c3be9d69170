import type { Owed } from '../schema/status';

/** The same debt on several hosts: said once. */
export interface OwedGroup {
  readonly hosts: readonly string[];
  readonly title: string;
  readonly command: string;
}

/** What is owed, hosts with the same debt together, in the order of its first mention. */
export function owedGroups(owed: readonly Owed[]): OwedGroup[] {
  const groups = new Map<string, OwedGroup>();
  for (const { host, title, command } of owed) {
    const key = JSON.stringify([title, command]);
    groups.set(key, { title, command, hosts: [...(groups.get(key)?.hosts ?? []), host] });
  }
  return [...groups.values()];
}
