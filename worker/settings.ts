import { resolve } from 'node:path';
import { connectionSettings, type ConnectionSettings } from '../connection/settings';

export interface WorkerSettings extends ConnectionSettings {
  readonly cloudsDirectory: string;
  /** Where Prometheus may scrape, host and port; null: nowhere. */
  readonly metricsAddress: string | null;
  /** Where `/healthz` answers, host and port; null: nowhere. */
  readonly healthAddress: string | null;
  /** `json`: one object a line, for log collectors. */
  readonly logFormat: 'text' | 'json';
}

/** The worker's environment, read here and nowhere else. Every variable has a default that works on one machine. */
export function workerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  return {
    ...connectionSettings(env),
    cloudsDirectory: resolve(env['CLOUDS_DIR'] ?? 'clouds'),
    metricsAddress: env['OSU_METRICS_ADDRESS'] ?? null,
    healthAddress: env['OSU_HEALTH_ADDRESS'] ?? null,
    logFormat: env['OSU_LOG_FORMAT'] === 'json' ? 'json' : 'text',
  };
}
