import type { SshClient } from './ssh-client';
import { CHANNELS_PER_HOST, createSshPool, type Line } from './ssh-pool';
import { pause, startTimeLimit, type TimeLimit } from './time-limit';
import { TransportError, type ExecOptions, type ExecResult, type RemoteHost, type Transport } from './transport';

/** Enough to come down from five channels to the one that a host with MaxSessions 1 gives, and to a new connection. */
const SAFE_RETRIES = 9;
/** sshd frees a session a moment after we saw its end. Refused again while nothing of ours runs: others hold them all. */
const REFUSALS_ALONE = 3;

/** A Transport over any SSH client: one pooled connection per host, few channels, retries only of what was never sent. */
export function createSshTransport<Connection>(options: {
  readonly hosts: readonly RemoteHost[];
  readonly client: SshClient<Connection>;
  readonly longestPauseSeconds: number;
}): Transport {
  const { client, longestPauseSeconds } = options;
  const hosts = new Map(options.hosts.map((host) => [host.name, host]));
  const pool = createSshPool({ hosts, client, longestPauseSeconds });
  const refusedAlone = new Map<string, number>();
  let closed = false;

  async function attempt(request: { exec: ExecOptions; host: RemoteHost; limit: TimeLimit }): Promise<ExecResult> {
    const { exec, host, limit } = request;
    const line = await pool.line({ host, signal: limit.signal });
    const leave = await line.channels.enter(limit.signal).catch(() => null);
    if (!leave) throw neverSent({ exec, limit });
    try {
      const result = await client.exec({ connection: line.connection, exec, limit });
      refusedAlone.delete(host.name);
      return result;
    } catch (error) {
      if (notSent(error) && error.kind === 'openFailed') await makeRoom(line);
      throw error;
    } finally {
      leave();
    }
  }

  /**
   * The host has fewer sessions for us than we asked for: ask for fewer. With none of ours running they are held by
   * commands that nobody waits for any longer (aborted, past their deadline); a new connection has its own.
   */
  async function makeRoom(line: Line<Connection>): Promise<void> {
    const others = line.channels.inside() - 1;
    if (others > 0) {
      line.channels.narrow(others);
      return;
    }
    const refusals = (refusedAlone.get(line.host.name) ?? 0) + 1;
    refusedAlone.set(line.host.name, refusals);
    if (refusals % REFUSALS_ALONE === 0) await pool.discard(line);
  }

  return {
    async exec(exec) {
      const host = hosts.get(exec.host);
      if (!host)
        throw new Error(
          `There is no host ${exec.host}; the hosts are ${[...hosts.keys()].join(', ')}. The command was not sent.`,
        );
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
            if (closed || tries > SAFE_RETRIES || limit.signal.aborted || !isWorthRetrying(error)) throw error;
            await pause({ seconds: 0.05 * tries * (1 + Math.random()), signal: limit.signal });
          }
        }
      } finally {
        limit.dispose();
      }
    },
    close() {
      closed = true;
      return pool.close();
    },
  };
}

/**
 * A pooled connection may have died unnoticed, the host be short of sessions (MaxSessions) or have dropped a handshake
 * (MaxStartups). The command was not sent: try again.
 */
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
