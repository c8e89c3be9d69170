import { connectionSettings as settingsOf, type ConnectionSettings } from '../connection/settings';
import { asUpgradeError } from './as-upgrade-error';

/**
 * How Temporal is reached, from the profile of its configuration file and the environment over it.
 * @throws UpgradeError `badConnectionSettings` when something is named that is not there
 */
export function connectionSettings(env: NodeJS.ProcessEnv): ConnectionSettings {
  try {
    return settingsOf(env);
  } catch (error) {
    throw asUpgradeError({ error, workflowId: '', address: '', taskQueue: '' });
  }
}
