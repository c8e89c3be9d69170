import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findProgram } from '../../lab/machine/command';
import { freePort } from '../../lab/machine/loopback-sshd';
import { until } from '../../lab/machine/processes';

export interface RunningPrometheus {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const readySeconds = 30;

export function whyNoPrometheus(): string | null {
  return findProgram('prometheus') === null
    ? 'Prometheus is missing. Install it: apt-get install prometheus (Debian and Ubuntu start it as a service too; nothing here uses that one)'
    : null;
}

/** Starts a Prometheus of our own, on a free port of the loopback, with its data below a directory. */
export async function startPrometheus(options: {
  readonly directory: string;
  readonly configuration: object;
}): Promise<RunningPrometheus> {
  const { directory, configuration } = options;
  const why = whyNoPrometheus();
  if (why !== null) throw new Error(why);
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, stringify(configuration));
  const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
  const logFile = join(directory, 'prometheus.log');
  const log = openSync(logFile, 'a');
  const child = spawn(
    findProgram('prometheus') ?? '',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'prometheus')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  // Also where this process ends by an error that nobody expected.
  process.once('exit', () => child.kill());
  const ended = once(child, 'exit');
  const url = `http://${address}`;
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until({ seconds: readySeconds, everyMs: 200, holds: async () => isGone() || (await isReady()) });
  if (await isReady()) {
    return {
      url,
      stop: async () => {
        if (!isGone()) child.kill('SIGTERM');
        await ended;
      },
    };
  }
  if (!isGone()) child.kill('SIGKILL');
  throw new Error(`Prometheus did not start. Its log: ${logFile}`);
}
