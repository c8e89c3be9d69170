/**
 * Addresses inside the engine's network namespace, where nobody else sees them. Away from 10.91, where labs are: containers have to
 * reach their hosts.
 */
export const engineNetwork = {
  /** Docker's own bridge. */
  bridge: '10.213.0.1/24',
  /** Networks of Compose. */
  pool: '10.214.0.0/16',
  /** The way out, and the name server at its end, which asks what this machine asks. */
  cable: '10.215.0.0/24',
  nameServer: '10.215.0.3',
} as const;
