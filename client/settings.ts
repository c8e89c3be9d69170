export interface ClientSettings {
  /** Of the Temporal server: host and port. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Who answers gates when `--by` is left out: the name a person logged in with. Empty: must be said. */
  readonly by: string;
}

/** The client's environment, read here and nowhere else; the same names and defaults as the worker's. */
export function clientSettings(env: NodeJS.ProcessEnv): ClientSettings {
  const person = [env['SUDO_USER'], env['USER']].find((name) => name !== undefined && name !== '' && name !== 'root');
  return {
    address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
    namespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    taskQueue: env['OSU_TASK_QUEUE'] ?? 'openstack-upgrade',
    by: person ?? '',
  };
}
