import type { TimeLimit } from './time-limit';
import type { ExecOptions, ExecResult, RemoteHost } from './transport';

export interface ConnectionTimes {
  /** For TCP, key exchange and login together. */
  readonly connectSeconds: number;
  /** A dead peer is noticed after (keepaliveMisses + 1) intervals. The OpenSSH client counts whole seconds. */
  readonly keepaliveSeconds: number;
  readonly keepaliveMisses: number;
  /** After failed attempts the pauses grow up to this. */
  readonly longestPauseSeconds: number;
}

export const DEFAULT_TIMES: ConnectionTimes = {
  connectSeconds: 15,
  keepaliveSeconds: 2,
  keepaliveMisses: 3,
  longestPauseSeconds: 5,
};

/** A connection that the next host's connection goes through. */
export interface Jump<Connection> {
  readonly name: string;
  readonly connection: Connection;
}

/** What differs between the ways to speak SSH. Pools, limits and retries are made once for all, in ssh-transport.ts. */
export interface SshClient<Connection> {
  /**
   * One verified, logged-in connection. Rejects with a TransportError (`sent: false`) of kind hostKey, auth,
   * unreachable, or openFailed when the host answered and hung up before the login.
   */
  connect(options: {
    readonly host: RemoteHost;
    readonly jump: Jump<Connection> | null;
    readonly signal: AbortSignal;
  }): Promise<Connection>;
  /** Calls once when the connection is gone, at once when it is gone already. */
  onceLost(options: { readonly connection: Connection; readonly act: () => void }): void;
  /** Runs one command. Everything that ends without the host's own exit code rejects. */
  exec(options: {
    readonly connection: Connection;
    readonly exec: ExecOptions;
    readonly limit: TimeLimit;
  }): Promise<ExecResult>;
  end(connection: Connection): Promise<void>;
  /** After the last connection was ended. */
  close(): Promise<void>;
}
