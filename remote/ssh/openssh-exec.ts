import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { execFailure, type ExecFailureKind } from './exec-failure';
import { createExecOutput } from './exec-output';
import { commandArguments, watched } from './openssh-arguments';
import { masterLog, type Master } from './openssh-master';
import type { TimeLimit } from './time-limit';
import type { ExecOptions, ExecResult } from './transport';

/** Linux takes no longer word in a program's arguments (MAX_ARG_STRLEN). */
const LONGEST_COMMAND_BYTES = 128 * 1024 - 1;

/** How the ssh process of a command ended. `complaints` are its own, never the host's; null: there is no log to tell. */
interface ClientEnd {
  readonly code: number | null;
  readonly complaints: string | null;
}

/**
 * Runs one command over a master. Everything that ends without the host's own exit code rejects. Dropping the ssh
 * process (deadline, signal) closes the channel and leaves the remote command alone.
 */
export function execOver(options: {
  readonly program: string;
  readonly master: Master;
  readonly log: string;
  readonly exec: ExecOptions;
  readonly limit: TimeLimit;
}): Promise<ExecResult> {
  const { program, master, log, exec, limit } = options;
  const mark = `exit-255-${randomBytes(16).toString('hex')}`;
  const command = watched({ command: exec.command, mark });
  if (Buffer.byteLength(command) > LONGEST_COMMAND_BYTES)
    throw new Error(
      `A command for ${exec.host} is too long for an argument of ssh. The command was not sent. Pass it on standard input.`,
    );
  return new Promise((resolve, reject) => {
    let over = false;
    const settle = (act: () => void): void => {
      if (over) return;
      over = true;
      limit.signal.removeEventListener('abort', stopped);
      act();
    };
    const fail = (kind: ExecFailureKind, sent: boolean, more: { said?: string; cause?: unknown } = {}): void =>
      settle(() => reject(execFailure({ kind, exec, sent, ...more })));
    if (limit.signal.aborted) {
      fail(limit.reason(), false);
      return;
    }
    // Away from the terminal's process group: Ctrl-C is for the worker, and must not end what it waits for.
    const child = spawn(program, commandArguments({ host: exec.host, ...master.files, log, command }), {
      detached: true,
    });
    const stopped = (): void => {
      fail(limit.reason(), true);
      child.kill('SIGKILL');
    };
    child.once('error', (cause) => fail('closed', false, { said: cause.message, cause }));
    // Out of descriptors, Node makes a child without streams and tells only then.
    if ((child.stdin as Writable | undefined) === undefined) return;
    limit.signal.addEventListener('abort', stopped, { once: true });
    const output = createExecOutput({
      exec,
      isOver: () => over,
      refuse(error) {
        settle(() => reject(error));
        child.kill('SIGKILL');
      },
    });
    child.stdout.on('data', output.stdout);
    child.stderr.on('data', output.stderr);
    child.once('close', (code) => {
      const complaints = takeComplaints(log);
      const end = judge({ end: { code, complaints }, texts: output.texts(), mark });
      if ('exitCode' in end) {
        settle(() => resolve(end));
        return;
      }
      void masterLog(master.files).then((said) => fail(end.kind, end.sent, { said: firstLine(complaints || said) }));
    });
    child.stdin.on('error', () => undefined); // a command need not read it; the close tells how it ended
    child.stdin.end(exec.stdin ?? '');
  });
}

/**
 * Any code but 255 is the host's: ssh ends with 255 on every trouble of its own. 255 counts when the watching shell
 * vouches for it. That a command was not sent is believed only from ssh's own log, which no host can write. ssh makes
 * that log before anything else, so an end without one (a broken library: 127) is no result.
 */
function judge(options: {
  readonly end: ClientEnd;
  readonly texts: Pick<ExecResult, 'stdout' | 'stderr'>;
  readonly mark: string;
}): ExecResult | { readonly kind: 'closed' | 'openFailed'; readonly sent: boolean } {
  const { end, texts, mark } = options;
  if (end.complaints === null) return { kind: 'closed', sent: true };
  if (end.code !== null && end.code !== 255) return { exitCode: end.code, ...texts };
  const vouched = texts.stderr.replace(`${mark}\n`, '');
  if (vouched !== texts.stderr) return { exitCode: 255, stdout: texts.stdout, stderr: vouched };
  if (end.complaints.includes('session request failed')) return { kind: 'openFailed', sent: false };
  if (end.complaints.startsWith('Control socket connect')) return { kind: 'closed', sent: false };
  return { kind: 'closed', sent: true };
}

/** Without waiting: the file is almost always empty, and a turn through the thread pool takes longer than reading it. */
function takeComplaints(log: string): string | null {
  try {
    const complaints = readFileSync(log, 'utf8');
    rmSync(log, { force: true });
    return complaints;
  } catch {
    return null; // what is left goes with the directory
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.trim() ?? '';
}
