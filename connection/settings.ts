import { existsSync } from 'node:fs';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConnectionRefused } from './connection-refused';

export interface ConnectionSettings {
  /** Of the Temporal server: host and port. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** TLS, API key and metadata, as Connection and NativeConnection both take them. */
  readonly access: Pick<ConnectionOptions, 'tls' | 'apiKey' | 'metadata'>;
  /** File with the keys that encrypt payloads; null: they are stored as they are. */
  readonly codecKeyFile: string | null;
}

/**
 * How Temporal is reached: the profile of Temporal's own configuration file, and over it the environment, as every
 * Temporal program reads them.
 * @throws ConnectionRefused when the profile, or a file that is named, is not there
 */
export function connectionSettings(env: NodeJS.ProcessEnv): ConnectionSettings {
  const { connectionOptions, namespace } = load(env);
  const { address, apiKey, tls, metadata } = connectionOptions;
  return {
    address: address ?? '127.0.0.1:7233',
    namespace: namespace ?? 'default',
    taskQueue: env['OSU_TASK_QUEUE'] ?? 'openstack-upgrade',
    access: {
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata }),
    },
    codecKeyFile: env['OSU_CODEC_KEYS'] ?? null,
  };
}

function load(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const file = env['TEMPORAL_CONFIG_FILE'];
  // The loader takes a file that is missing for an empty one, and the run would go to another server than was meant.
  if (file !== undefined && !existsSync(file)) throw unusable(`there is no file ${file}`);
  try {
    return loadClientConnectConfig({ overrideEnvVars: definedOf(env) });
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

function unusable(why: string): ConnectionRefused {
  return new ConnectionRefused(
    'badConnectionSettings',
    `The settings of the connection to Temporal cannot be used: ${why}. Nothing changed. ` +
      'Check the TEMPORAL_* variables, the flags, and the profile in TEMPORAL_CONFIG_FILE.',
  );
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
