/** A sentence for the person at the terminal: what, where, what to do next. Printed without a stack trace. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
