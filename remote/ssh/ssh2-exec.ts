import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import { execFailure, type ExecFailureKind } from './exec-failure';
import { createExecOutput } from './exec-output';
import type { TimeLimit } from './time-limit';
import type { ExecOptions, ExecResult } from './transport';

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
    const fail = (kind: ExecFailureKind, cause?: unknown): void =>
      settle(() => reject(execFailure({ kind, exec, sent, cause })));
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
  readonly isOver: () => boolean;
  readonly done: (result: ExecResult) => void;
  readonly lost: () => void;
  /** The caller's own error while it took output. */
  readonly refuse: (error: Error) => void;
}): void {
  const { stream } = options;
  const output = createExecOutput({
    ...options,
    refuse(error) {
      options.refuse(error);
      stream.close();
    },
  });
  let exitCode: number | null = null;

  stream.on('data', output.stdout);
  stream.stderr.on('data', output.stderr);
  stream.on('exit', (code: number | null, signal?: string) => {
    exitCode = code ?? 128 + ((constants.signals as Record<string, number | undefined>)[signal ?? ''] ?? 0);
  });
  // After a lost connection ssh2 closes the channel as if all were well, only without an exit code.
  stream.on('close', () => {
    if (exitCode === null) options.lost();
    else options.done({ exitCode, ...output.texts() });
  });
  stream.on('error', () => undefined); // the close that follows tells
  stream.end(options.exec.stdin ?? '');
}
