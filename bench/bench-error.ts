/** A sentence for the person at the terminal: what cannot be measured here, why, what to do. Printed without a stack trace. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
