import type { ConnectionTimes } from './ssh2-connection';
import { execOn } from './ssh2-exec';
import { createSsh2Pool } from './ssh2-pool';
import { pause, startTimeLimit, type TimeLimit } from './time-limit';
import { TransportError, type ExecOptions, type ExecResult, type RemoteHost, type Transport } from './transport';
import { createTurnstile } from './turnstile';

/** sshd allows 10 sessions per connection and frees a slot later than we see it: with 8 in flight 3 % are refused. */
const CHANNELS_PER_HOST = 5;
const SAFE_RETRIES = 5;

const DEFAULT_TIMES: ConnectionTimes = {
  connectSeconds: 15,
  keepaliveSeconds: 2,
  keepaliveMisses: 3,
  longestPauseSeconds: 5,
};

/**
 * The default transport: ssh2, one pooled connection per host, host keys always verified from known_hosts, login by
 * identity file. It keeps the process alive until `close()`.
 */
export function createSsh2Transport(options: {
  readonly hosts: readonly RemoteHost[];
  readonly times?: Partial<ConnectionTimes>;
}): Transport {
  const hosts = new Map(options.hosts.map((host) => [host.name, host]));
  const pool = createSsh2Pool({ hosts, times: { ...DEFAULT_TIMES, ...options.times } });
  const channels = new Map(options.hosts.map(({ name }) => [name, createTurnstile({ places: CHANNELS_PER_HOST })]));

  async function attempt(request: { exec: ExecOptions; host: RemoteHost; limit: TimeLimit }): Promise<ExecResult> {
    const { exec, host, limit } = request;
    const leave = await channels
      .get(host.name)
      ?.enter(limit.signal)
      .catch(() => null);
    if (!leave) throw neverSent({ exec, limit });
    try {
      const client = await pool.connection({ host, signal: limit.signal });
      return await execOn({ client, exec, limit });
    } finally {
      leave();
    }
  }

  return {
    async exec(exec) {
      const host = hosts.get(exec.host);
      if (!host) throw new Error(`No host named ${exec.host}; known are ${[...hosts.keys()].join(', ')}.`);
      const limit = startTimeLimit({
        seconds: exec.deadlineSeconds,
        ...(exec.signal ? { signal: exec.signal } : {}),
      });
      try {
        for (let tries = 1; ; tries += 1) {
          try {
            return await attempt({ exec, host, limit });
          } catch (error) {
            if (limit.signal.aborted && limit.reason() === 'aborted' && notSent(error))
              throw neverSent({ exec, limit });
            if (tries > SAFE_RETRIES || limit.signal.aborted || !isWorthRetrying(error)) throw error;
            await pause({ seconds: 0.05 * tries * (1 + Math.random()), signal: limit.signal });
          }
        }
      } finally {
        limit.dispose();
      }
    },
    close: () => pool.close(),
  };
}

/** A pooled connection may have died unnoticed, or the host be short of sessions. The command was not sent: try again. */
function isWorthRetrying(error: unknown): boolean {
  return notSent(error) && (error.kind === 'closed' || error.kind === 'openFailed');
}

function notSent(error: unknown): error is TransportError {
  return error instanceof TransportError && !error.sent;
}

function neverSent(options: { readonly exec: ExecOptions; readonly limit: TimeLimit }): TransportError {
  const { host, deadlineSeconds } = options.exec;
  const kind = options.limit.reason();
  const text =
    kind === 'aborted'
      ? `Stopped waiting for a connection to ${host}. The command was not sent.`
      : `All ${String(CHANNELS_PER_HOST)} channels to ${host} were busy for ${String(deadlineSeconds)} seconds. The command was not sent.`;
  return new TransportError({ kind, host, sent: false, text });
}
