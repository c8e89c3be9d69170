import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import type { TimeLimit } from './time-limit';
import {
  OutputLimitError,
  TransportError,
  type ExecOptions,
  type ExecResult,
  type TransportErrorKind,
} from './transport';

const DEFAULT_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Runs one command on a live connection. Everything that ends without the host's own exit code rejects. */
export function execOn(options: {
  readonly client: Client;
  readonly exec: ExecOptions;
  readonly limit: TimeLimit;
}): Promise<ExecResult> {
  const { client, exec, limit } = options;
  return new Promise((resolve, reject) => {
    let sent = false;
    let over = false;
    let channel: ClientChannel | null = null;

    const settle = (act: () => void): void => {
      over = true;
      client.off('close', lost);
      limit.signal.removeEventListener('abort', stopped);
      act();
    };
    const fail = (kind: TransportErrorKind, cause?: unknown): void =>
      settle(() => reject(failure({ kind, exec, sent, cause })));
    const lost = (): void => fail('closed');
    const stopped = (): void => {
      fail(limit.reason());
      channel?.close();
    };
    limit.signal.addEventListener('abort', stopped, { once: true });
    client.once('close', lost);

    const opened = (error: Error | undefined, stream: ClientChannel): void => {
      if (error) {
        // Only a refusal to open carries a reason code: it comes before the command is sent. Anything else may be late.
        const refused = 'reason' in error && error.reason !== '';
        if (refused) sent = false;
        fail(refused ? 'openFailed' : 'closed', error);
        return;
      }
      channel = stream;
      if (limit.signal.aborted) {
        stream.on('error', () => undefined);
        stream.resume();
        stream.close();
        return;
      }
      listen({
        stream,
        exec,
        isOver: () => over,
        done: (result) => settle(() => resolve(result)),
        lost,
        refuse: (error) => settle(() => reject(error)),
      });
    };
    try {
      client.exec(exec.command, opened);
      sent = true;
    } catch (error) {
      fail('closed', error); // a connection that ended is told by a throw, before anything is sent
    }
  });
}

function listen(options: {
  readonly stream: ClientChannel;
  readonly exec: ExecOptions;
  /** What still arrives after the end was told belongs to nobody. */
  readonly isOver: () => boolean;
  readonly done: (result: ExecResult) => void;
  readonly lost: () => void;
  /** The caller's own error while it took output. */
  readonly refuse: (error: Error) => void;
}): void {
  const { stream, exec } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exitCode: number | null = null;

  const keep = (chunks: Buffer[], name: string): ((chunk: Buffer) => void) => {
    const most = exec.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    let bytes = 0;
    return (chunk) => {
      bytes += chunk.length;
      if (bytes <= most) {
        chunks.push(chunk);
        return;
      }
      throw new OutputLimitError(
        `A command on ${exec.host} wrote more than ${String(most)} bytes to its ${name}; it was not waited for.`,
      );
    };
  };
  // A throw inside an event handler would end the whole worker.
  const guard =
    (take: (chunk: Buffer) => void): ((chunk: Buffer) => void) =>
    (chunk) => {
      if (options.isOver()) return;
      try {
        take(chunk);
      } catch (error) {
        options.refuse(error as Error);
        stream.close();
      }
    };
  stream.on('data', guard(exec.onStdout ?? keep(stdout, 'stdout')));
  stream.stderr.on('data', guard(keep(stderr, 'stderr')));
  stream.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + ((constants.signals as Record<string, number | undefined>)[signal ?? ''] ?? 0);
  });
  // After a lost connection ssh2 closes the channel as if all were well, only without an exit code.
  stream.on('close', () => {
    if (exitCode === null) options.lost();
    else options.done({ exitCode, stdout: text(stdout), stderr: text(stderr) });
  });
  stream.on('error', () => undefined); // the close that follows tells
  stream.end(exec.stdin ?? '');
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function failure(options: {
  readonly kind: TransportErrorKind;
  readonly exec: ExecOptions;
  readonly sent: boolean;
  readonly cause: unknown;
}): TransportError {
  const { kind, exec, sent, cause } = options;
  const fate = sent ? 'The command may have started there' : 'The command was not sent';
  return new TransportError({ kind, host: exec.host, sent, cause, text: `${explain({ kind, exec })} ${fate}.` });
}

function explain(options: { readonly kind: TransportErrorKind; readonly exec: ExecOptions }): string {
  const { host, deadlineSeconds } = options.exec;
  switch (options.kind) {
    case 'deadline':
      return `${host} gave no exit code within ${String(deadlineSeconds)} seconds.`;
    case 'aborted':
      return `Stopped waiting for a command on ${host}.`;
    case 'openFailed':
      return `${host} gave no channel for a command (sshd's MaxSessions, or a refused session).`;
    case 'closed':
    case 'unreachable':
    case 'hostKey':
    case 'auth':
      return `The connection to ${host} ended before the exit code came.`;
    default:
      return options.kind satisfies never;
  }
}
