import { resolve } from 'node:path';

export interface WorkerSettings {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly cloudsDirectory: string;
}

/** The worker's environment, read here and nowhere else. Every variable has a default that works on one machine. */
export function workerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  return {
    address: env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
    namespace: env['TEMPORAL_NAMESPACE'] ?? 'default',
    taskQueue: env['OSU_TASK_QUEUE'] ?? 'openstack-upgrade',
    cloudsDirectory: resolve(env['CLOUDS_DIR'] ?? 'clouds'),
  };
}
