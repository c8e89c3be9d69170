import type { ConnectionSettings } from '../connection/settings';
import { connectionSettings } from './connection-settings';

export interface ClientSettings extends ConnectionSettings {
  /** Who answers gates when `--by` is left out: the name a person logged in with. Empty: must be said. */
  readonly by: string;
}

/** The command line's environment, read here and nowhere else; the same names and defaults as the worker's. */
export function clientSettings(env: NodeJS.ProcessEnv): ClientSettings {
  const person = [env['SUDO_USER'], env['USER']].find((name) => name !== undefined && name !== '' && name !== 'root');
  return { ...connectionSettings(env), by: person ?? '' };
}
