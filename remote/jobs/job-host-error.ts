/** The host gave an answer that is no answer: it cannot run jobs, or the program there was killed. */
export class JobHostError extends Error {
  override readonly name: string = 'JobHostError';
}

/** The user may not become root on the host in any way that we know. */
export class SudoRefused extends JobHostError {
  override readonly name = 'SudoRefused';
}
