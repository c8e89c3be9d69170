/** A host as the transport needs to know it. Paths are on the worker's machine. */
export interface RemoteHost {
  /** The cloud file's name of the host; what people read in every message. */
  readonly name: string;
  /** DNS name or IP address. known_hosts is asked for it, and for `name`. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Private key. Only OpenSSH's own client can do without, by what `configFile` says (agent, FIDO, GSSAPI). */
  readonly identityFile?: string;
  readonly knownHostsFile: string;
  /** Name of another host in the same list to go through (like ssh -J). Its key is verified against its own name. */
  readonly jumpHost?: string;
  /** ssh_config(5) for OpenSSH's own client; the host's `name` is what its `Host` lines see. */
  readonly configFile?: string;
}

/** A host as messages name it. */
export function placeOf(host: RemoteHost): string {
  return `${host.name} (${host.address} port ${String(host.port)})`;
}

export interface ExecOptions {
  readonly host: string;
  /** Text for the user's login shell, a POSIX one. The environment cannot be set (sshd drops it): put it into the text. */
  readonly command: string;
  readonly stdin?: string | Buffer;
  readonly signal?: AbortSignal;
  /** Over everything: waiting for a free channel, connecting, running. The remote command may outlive it. */
  readonly deadlineSeconds: number;
  /** Takes stdout as it comes; `stdout` of the result is then empty and memory stays bounded. */
  readonly onStdout?: (chunk: Buffer) => void;
  /** Limit for what is collected (stdout and stderr each). Default 8 MiB; more is an OutputLimitError, never a cut text. */
  readonly maxOutputBytes?: number;
}

export interface ExecResult {
  /** The command's own exit code; 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs commands on hosts. It resolves only with an exit code that the host reported: a connection that ends without
 * one is a TransportError, never a result. It does not retry what may have been sent.
 */
export interface Transport {
  exec(options: ExecOptions): Promise<ExecResult>;
  close(): Promise<void>;
}

export type TransportErrorKind =
  | 'unreachable' // no connection: no route, refused, no answer in time
  | 'hostKey' // somebody answers who is not the host we know; nothing was sent
  | 'auth' // the host is right, and does not let us in
  | 'closed' // the connection ended before the exit code came
  | 'deadline' // deadlineSeconds passed
  | 'openFailed' // the host is there and gave no channel (MaxSessions), or hung up before the login (MaxStartups)
  | 'aborted'; // the caller's signal

/** What went wrong between here and the host, in an operator's words. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportErrorKind;
  readonly host: string;
  /** Whether the command may have reached the host. `false` makes a retry safe whatever the command does. */
  readonly sent: boolean;

  constructor(options: {
    readonly kind: TransportErrorKind;
    readonly host: string;
    readonly sent: boolean;
    readonly text: string;
    readonly cause?: unknown;
  }) {
    super(options.text, { cause: options.cause });
    this.kind = options.kind;
    this.host = options.host;
    this.sent = options.sent;
  }
}

/** A command printed more than the caller was ready to hold. The command may have done its work. */
export class OutputLimitError extends Error {
  override readonly name = 'OutputLimitError';
}
