import { resolve } from 'node:path';
import { connectionSettings, type ConnectionSettings } from '../connection/settings';

export interface WorkerSettings extends ConnectionSettings {
  readonly cloudsDirectory: string;
}

/** The worker's environment, read here and nowhere else. Every variable has a default that works on one machine. */
export function workerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  return { ...connectionSettings(env), cloudsDirectory: resolve(env['CLOUDS_DIR'] ?? 'clouds') };
}
