import { TransportError, type ExecOptions, type TransportErrorKind } from './transport';

/** How a command can end without an exit code once there is a connection. */
export type ExecFailureKind = Extract<TransportErrorKind, 'closed' | 'deadline' | 'openFailed' | 'aborted'>;

/** The error for a command that got no exit code: what happened, and whether it may have started. */
export function execFailure(options: {
  readonly kind: ExecFailureKind;
  readonly exec: ExecOptions;
  readonly sent: boolean;
  /** The SSH client's own words about it, for the operator. */
  readonly said?: string;
  readonly cause?: unknown;
}): TransportError {
  const { kind, exec, sent, said = '', cause } = options;
  const fate = sent ? 'The command may have started there' : 'The command was not sent';
  const words = said === '' ? '' : ` (${said})`;
  return new TransportError({
    kind,
    host: exec.host,
    sent,
    cause,
    text: `${explain({ kind, exec })}${words}. ${fate}.`,
  });
}

function explain(options: { readonly kind: ExecFailureKind; readonly exec: ExecOptions }): string {
  const { host, deadlineSeconds } = options.exec;
  switch (options.kind) {
    case 'deadline':
      return `No exit code from ${host} within ${String(deadlineSeconds)} seconds`;
    case 'aborted':
      return `Stopped waiting for a command on ${host}`;
    case 'openFailed':
      return `${host} opened no session for a command (sshd's MaxSessions, or a refused session)`;
    case 'closed':
      return `The connection to ${host} ended before the exit code came`;
    default:
      return options.kind satisfies never;
  }
}
