import type { Client } from 'ssh2';
import { connect, forwardThrough, type ConnectionTimes } from './ssh2-connection';
import { pause } from './time-limit';
import { TransportError, type RemoteHost } from './transport';
import { createTurnstile, type Turnstile } from './turnstile';

/** sshd drops unauthenticated connections at random from the tenth on (MaxStartups 10:30:100). */
const HANDSHAKES_AT_ONCE = 5;

/**
 * OpenSSH >= 9.8 locks an address out that fails too often (PerSourcePenalties: 5 s per refused login, in force from
 * 15 s), and behind a bastion that address is everybody's. So a refusal is believed for a while.
 */
const REFUSAL_SECONDS = { auth: 15, hostKey: 3 } as const;

interface Failure {
  readonly error: TransportError;
  readonly count: number;
  readonly retryAt: number;
}

/** Keeps one connection per host, made when first needed and again when it was lost. */
export interface Ssh2Pool {
  /** A live connection. Rejects with the TransportError of the last attempt, also when `signal` fires meanwhile. */
  connection(options: { readonly host: RemoteHost; readonly signal: AbortSignal }): Promise<Client>;
  close(): Promise<void>;
}

export function createSsh2Pool(options: {
  readonly hosts: ReadonlyMap<string, RemoteHost>;
  readonly times: ConnectionTimes;
}): Ssh2Pool {
  const live = new Map<string, Client>();
  const connecting = new Map<string, Promise<Client>>();
  const failures = new Map<string, Failure>();
  const handshakes: Turnstile = createTurnstile({ places: HANDSHAKES_AT_ONCE });
  const closing = new AbortController();

  async function establish(host: RemoteHost): Promise<Client> {
    const jump = host.jumpHost === undefined ? null : options.hosts.get(host.jumpHost);
    const jumpClient = jump ? await reach({ host: jump, signal: closing.signal }) : null;
    const leave = await handshakes.enter(closing.signal);
    try {
      const through = jumpClient
        ? await forwardThrough({ jump: jumpClient, jumpName: host.jumpHost ?? '', host })
        : null;
      const client = await connect({ host, times: options.times, through });
      live.set(host.name, client);
      failures.delete(host.name);
      client.once('close', () => {
        if (live.get(host.name) === client) live.delete(host.name);
      });
      return client;
    } catch (error) {
      if (error instanceof TransportError)
        failures.set(
          host.name,
          remember({ error, before: failures.get(host.name), longestPauseSeconds: options.times.longestPauseSeconds }),
        );
      throw error;
    } finally {
      leave();
    }
  }

  async function reach(request: { readonly host: RemoteHost; readonly signal: AbortSignal }): Promise<Client> {
    const { host, signal } = request;
    const client = live.get(host.name);
    if (client) return client;
    const failure = failures.get(host.name);
    const waitSeconds = failure ? (failure.retryAt - Date.now()) / 1000 : 0;
    if (failure && waitSeconds > 0) {
      if (failure.error.kind !== 'unreachable') throw failure.error;
      await pause({ seconds: waitSeconds, signal });
    }
    if (closing.signal.aborted) throw closedByUs(host);
    if (signal.aborted) throw failure?.error ?? noConnectionYet(host);
    const attempt = connecting.get(host.name) ?? establish(host).finally(() => connecting.delete(host.name));
    connecting.set(host.name, attempt);
    return await orAbort({ attempt, signal, error: () => failures.get(host.name)?.error ?? noConnectionYet(host) });
  }

  return {
    connection: reach,
    async close() {
      closing.abort(new Error('The transport was closed.'));
      await Promise.allSettled(connecting.values());
      await Promise.all([...live.values()].map(endConnection));
    },
  };
}

function remember(options: {
  readonly error: TransportError;
  readonly before: Failure | undefined;
  readonly longestPauseSeconds: number;
}): Failure {
  const { error } = options;
  const count = (options.before?.count ?? 0) + 1;
  const seconds =
    error.kind === 'auth' || error.kind === 'hostKey'
      ? REFUSAL_SECONDS[error.kind]
      : Math.min(options.longestPauseSeconds, 0.2 * 2 ** count) * (0.5 + Math.random());
  return { error, count, retryAt: Date.now() + seconds * 1000 };
}

/** The attempt itself goes on: another caller may be waiting for the same connection. */
function orAbort(options: {
  readonly attempt: Promise<Client>;
  readonly signal: AbortSignal;
  readonly error: () => TransportError;
}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(options.error());
    options.signal.addEventListener('abort', stop, { once: true });
    options.attempt.then(resolve, reject).finally(() => options.signal.removeEventListener('abort', stop));
  });
}

function endConnection(client: Client): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', () => resolve());
    client.end();
    setTimeout(() => client.destroy(), 500).unref();
  });
}

function noConnectionYet(host: RemoteHost): TransportError {
  const text = `No connection to ${host.name} (${host.address} port ${String(host.port)}) within the time given. The command was not sent.`;
  return new TransportError({ kind: 'unreachable', host: host.name, sent: false, text });
}

function closedByUs(host: RemoteHost): TransportError {
  const text = `The connection to ${host.name} is not made: this worker's transport is closed. The command was not sent.`;
  return new TransportError({ kind: 'closed', host: host.name, sent: false, text });
}
