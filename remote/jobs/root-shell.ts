import { createHash } from 'node:crypto';
import { sh } from '../../shell/sh';
import { SudoRefused } from './durable-job';
import { asRootCommand, findRootWay, forgetRootWay, JOB_COMMAND, sudoRefusal, type RootWay } from './root-way';
import type { ExecResult, Transport } from '../ssh/transport';

export { SudoRefused };

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
  // Read whole before anything runs: a connection cut in the middle of the text runs nothing at all.
  const text = `main() {\n:\n${exports.join('')}${script}\n}\nmain </dev/null\nexit $?\n`;
  const way = await findRootWay({ transport, host, ...(signal === undefined ? {} : { signal }) });
  const result = await transport.exec({
    host,
    command: asRootCommand({ way, words: shellWords({ way, text }) }),
    stdin: text,
    deadlineSeconds,
    ...(signal === undefined ? {} : { signal }),
    ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
  });
  const refusal = way === 'root' || result.exitCode === 0 ? null : sudoRefusal(result.stderr);
  if (refusal === null) return result;
  forgetRootWay({ transport, host }); // the rules were changed while we worked
  throw new SudoRefused(`${host}: sudo refused: ${refusal}`);
}

/** The one path is told what it will read, so that its log line and sudo's name the very script. */
function shellWords(options: { readonly way: RootWay; readonly text: string }): (string | number)[] {
  const { way, text } = options;
  if (way !== 'jobCommand') return ['sh', '-s'];
  return [JOB_COMMAND, 'read', Buffer.byteLength(text), createHash('sha256').update(text).digest('hex')];
}
