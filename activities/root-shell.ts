import { sh } from '../shell/sh';
import type { ExecResult, Transport } from './remote/transport';

/** sudo said no: the user may not run commands as root without a password. */
export class SudoRefused extends Error {}

/**
 * Runs a read-only or idempotent script as root on a live connection, its text on stdin. What must start at most once
 * is a job instead (remote/).
 * @throws TransportError, SudoRefused
 */
export async function asRoot(options: {
  readonly transport: Transport;
  readonly host: string;
  readonly script: string;
  readonly deadlineSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly maxOutputBytes?: number;
}): Promise<ExecResult> {
  const { transport, host, script, deadlineSeconds, environment = {}, signal, maxOutputBytes } = options;
  const exports = Object.entries(environment).map(([key, value]) => `export ${key}=${sh`${value}`.text}\n`);
  const result = await transport.exec({
    host,
    command: 'if [ "$(id -u)" = 0 ]; then exec sh -s; else exec sudo -n sh -s; fi',
    // Read whole before anything runs: a connection cut in the middle of the text runs nothing at all.
    stdin: `main() {\n:\n${exports.join('')}${script}\n}\nmain </dev/null\nexit $?\n`,
    deadlineSeconds,
    ...(signal === undefined ? {} : { signal }),
    ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
  });
  if (result.exitCode !== 0 && /^sudo: /m.test(result.stderr)) {
    throw new SudoRefused(`${host}: sudo refused: ${/^sudo: (.*)/m.exec(result.stderr)?.[1] ?? 'no reason given'}`);
  }
  return result;
}
