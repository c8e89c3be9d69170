/** Counts of one stage, or of all together. */
export type Tally = {
  readonly passed: number;
  /** Names of what failed. */
  readonly failed: readonly string[];
  /** Names of what did not run, each with its reason. */
  readonly skipped: readonly string[];
};

export const nothing: Tally = { passed: 0, failed: [], skipped: [] };

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.flatMap(({ failed }) => failed),
  skipped: tallies.flatMap(({ skipped }) => skipped),
});

/** The parts of jest's `--json` output that are counted. */
export type JestResult = {
  readonly testResults: readonly {
    /** Path of the test file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};

/**
 * Counts one jest run. A file that could not even be loaded has no assertion that failed and counts as one failure; so does a run
 * that jest itself calls failed while every test in it passed.
 *
 * @param trouble how the run as a whole went wrong, when it did
 */
export const tallyJest = (options: {
  readonly project: string;
  readonly result: JestResult | undefined;
  readonly trouble: string | undefined;
}): Tally => {
  const { project, result, trouble } = options;
  const files = sum((result?.testResults ?? []).map((file) => tallyFile({ project, file })));
  const unexplained = trouble !== undefined && files.failed.length === 0;
  return unexplained ? { ...files, failed: [`${project}: ${trouble}`] } : files;
};

const tallyFile = (options: { project: string; file: JestResult['testResults'][number] }): Tally => {
  const { project, file } = options;
  const named = (statuses: readonly string[]): readonly string[] =>
    file.assertionResults
      .filter(({ status }) => statuses.includes(status))
      .map(({ fullName }) => `${project}: ${fullName}`);
  const failed = named(['failed']);
  const broken = file.status === 'failed' && failed.length === 0;
  return {
    passed: named(['passed']).length,
    failed: broken ? [`${project}: ${file.name} could not be run`] : failed,
    skipped: named(['pending', 'skipped', 'todo', 'disabled']),
  };
};

/** The last line of `npm test`. */
export const summaryLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
