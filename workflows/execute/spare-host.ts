import { foundationOf } from '../../schema/foundation';
import type { HostName } from '../../schema/names';
import type { Phase } from '../../schema/plan';

/**
 * Whether the rest of the way can be walked without this host. Not where it alone dumps, restores, migrates or proves silence: the
 * cloud would be left without its schema, and every later step would rest on nothing.
 */
export function canSpare(options: {
  /** From the current one to the end of the way. */
  ahead: readonly Phase[];
  host: HostName;
  leftOut: ReadonlySet<HostName>;
}): boolean {
  const { ahead, host, leftOut } = options;
  return ahead
    .flatMap(({ batches }) => batches)
    .filter(({ hosts }) => hosts.includes(host) && hosts.every((one) => one === host || leftOut.has(one)))
    .every(({ steps }) =>
      steps.every((step) => step.kind === 'confirm' || [null, 'code'].includes(foundationOf(step))),
    );
}

/** Titles of the changes that are not done yet and that no other host runs: to leave this host out leaves them undone for the whole cloud. */
export function onlyOn(options: {
  /** From the current one to the end of the way. */
  ahead: readonly Phase[];
  host: HostName;
  leftOut: ReadonlySet<HostName>;
  /** Ids of what this host has done of these phases. */
  done: ReadonlySet<string>;
}): string[] {
  const { ahead, host, leftOut, done } = options;
  const hostsOf = new Map<string, Set<HostName>>();
  const titles = new Map<string, string>();
  for (const { hosts, steps } of ahead.flatMap(({ batches }) => batches)) {
    for (const step of steps.filter(({ kind }) => kind === 'change')) {
      titles.set(step.id, step.title);
      const known = hostsOf.get(step.id) ?? new Set();
      hosts.filter((one) => !leftOut.has(one)).forEach((one) => known.add(one));
      hostsOf.set(step.id, known);
    }
  }
  return [...hostsOf]
    .filter(([id, hosts]) => hosts.size === 1 && hosts.has(host) && !done.has(id))
    .map(([id]) => titles.get(id) ?? id);
}
