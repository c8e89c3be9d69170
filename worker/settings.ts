import { resolve } from 'node:path';
import { connectionSettings, type ConnectionSettings } from '../connection/settings';
import type { Deployment } from './deployment';

export interface WorkerSettings extends ConnectionSettings {
  readonly cloudsDirectory: string;
  /** Where Prometheus may scrape, host and port; null: nowhere. */
  readonly metricsAddress: string | null;
  /** Where `/healthz` answers, host and port; null: nowhere. */
  readonly healthAddress: string | null;
  /** Version of a worker deployment that this worker is; null: of none, and runs move to the newest worker. */
  readonly deployment: Deployment | null;
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
    deployment: deploymentOf(env),
    logFormat: env['OSU_LOG_FORMAT'] === 'json' ? 'json' : 'text',
  };
}

/** By the names that Temporal's own controller for Kubernetes sets. */
function deploymentOf(env: NodeJS.ProcessEnv): Deployment | null {
  const name = env['TEMPORAL_DEPLOYMENT_NAME'];
  const buildId = env['TEMPORAL_WORKER_BUILD_ID'];
  if (name === undefined) return null;
  return buildId === undefined ? { name } : { name, buildId };
}
