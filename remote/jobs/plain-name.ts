/** Characters that need no quoting in a line of facts, in a file name or in a glob. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:@%+=,-]{0,199}$/;
const PLAIN_WITH_SLASHES = /^[A-Za-z0-9][A-Za-z0-9._:@%+=,/-]{0,199}$/;

/** The name, if a host can keep it as it is. Throws otherwise: that is a mistake in the caller. `what`: "A job's host". */
export function plainName(options: {
  readonly what: string;
  readonly value: string;
  readonly mayHaveSlashes?: true;
}): string {
  const pattern = options.mayHaveSlashes === true ? PLAIN_WITH_SLASHES : PLAIN;
  if (pattern.test(options.value)) return options.value;
  throw new Error(
    `${options.what} may contain only letters, digits and ._:@%+=,- (at most 200 characters, no spaces); got ${JSON.stringify(options.value)}.`,
  );
}
