import type { Row, Run } from './series';

/**
 * Runs every entry once, then all once more, and so on (A B C A B C): what slows the machine for a minute slows every
 * row a little instead of one row altogether. An entry that failed or cannot run here is not tried again.
 */
export async function runRounds<E extends { readonly name: string }>(options: {
  readonly entries: readonly E[];
  readonly rounds: number;
  readonly whyNot: (entry: E) => string | null;
  /** Its figures, or why there are none. */
  readonly measure: (entry: E) => Promise<Run | string>;
  readonly say: (line: string) => void;
}): Promise<readonly Row[]> {
  const { entries, rounds } = options;
  const failed = new Map<string, string>();
  const runs = new Map<string, Run[]>(entries.map(({ name }) => [name, []]));
  for (const entry of entries) {
    const why = options.whyNot(entry);
    if (why === null) continue;
    failed.set(entry.name, why);
    options.say(`SKIPPED ${entry.name}: ${why}`);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const entry of entries.filter(({ name }) => !failed.has(name))) {
      options.say(`run ${round} of ${rounds}: ${entry.name}`);
      const run = await options.measure(entry);
      if (typeof run !== 'string') runs.get(entry.name)?.push(run);
      else {
        failed.set(entry.name, `it failed: ${run}`);
        options.say(`FAILED ${entry.name}: ${run}`);
      }
    }
  }
  return entries.map(({ name }): Row => {
    const why = failed.get(name);
    return why === undefined
      ? { kind: 'measured', name, runs: runs.get(name) ?? [] }
      : { kind: 'notMeasured', name, why };
  });
}
