/** Why Temporal cannot be used; each is a sentence of its own and another remedy. */
export type ConnectionProblem =
  'badConnectionSettings' | 'serverUnreachable' | 'tlsFailed' | 'notAuthorized' | 'namespaceNotFound';

/** No connection: one sentence that says what was tried, and what to do. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  constructor(
    readonly code: ConnectionProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
