/** How often an error may be wrapped before we stop looking; Temporal wraps three times. */
const deepest = 10;

/** An error and what caused it, the outermost first. */
export function causesOf(error: unknown): readonly Error[] {
  const errors: Error[] = [];
  let one: unknown = error;
  while (one instanceof Error && errors.length < deepest) {
    errors.push(one);
    one = one.cause;
  }
  return errors;
}
