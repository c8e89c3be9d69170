import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { buckets } from './metrics';
import type { WorkerSettings } from './settings';

/** Signals, logs and metrics of the process. Temporal's core serves the metrics itself, its own beside ours. */
export function installRuntime({
  logFormat,
  metricsAddress,
}: Pick<WorkerSettings, 'logFormat' | 'metricsAddress'>): void {
  Runtime.install({
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    ...(logFormat === 'json' ? { logger: new DefaultLogger('INFO', writeLine) } : {}),
    telemetryOptions: {
      // Temporal's core writes its own lines to the console, unless they are forwarded to the logger.
      ...(logFormat === 'json' ? { logging: { filter: 'WARN', forward: {} } } : {}),
      // Names as Prometheus wants them: seconds, with unit and _total.
      ...(metricsAddress === null
        ? {}
        : {
            metrics: {
              prometheus: { bindAddress: metricsAddress, ...prometheusNames, histogramBucketOverrides: buckets },
            },
          }),
    },
  });
}

const prometheusNames = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };

function writeLine({ level, message, timestampNanos, meta }: LogEntry): void {
  const at = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  process.stderr.write(`${JSON.stringify({ at, level, message, ...meta }, plain)}\n`);
}

/** Errors and big integers, which JSON does not know. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
