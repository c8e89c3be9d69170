import { setMaxListeners } from 'node:events';
import type { SshClient } from './ssh-client';
import { pause } from './time-limit';
import { placeOf, TransportError, type RemoteHost } from './transport';
import { createTurnstile, type Turnstile } from './turnstile';

/**
 * sshd drops unauthenticated connections at random from the tenth on (MaxStartups 10:30:100). Counted for the address
 * we knock at, which for hosts behind a bastion is the bastion's: theirs see all of us under its one address.
 */
const HANDSHAKES_PER_GATEWAY = 5;
/** A thousand handshakes at once would keep this process busy longer than any of them may take. */
const HANDSHAKES_AT_ONCE = 32;
/** Several workers that start together should not knock in step. */
const HANDSHAKE_JITTER_SECONDS = 0.1;

/** sshd allows 10 sessions per connection and frees a slot later than we see it: with 8 in flight 3 % are refused. */
export const CHANNELS_PER_HOST = 5;

/**
 * OpenSSH >= 9.8 locks an address out that fails too often (PerSourcePenalties: 5 s per refused login, in force from
 * 15 s), and behind a bastion that address is everybody's. So a refusal is believed for a while.
 */
const REFUSAL_SECONDS = { auth: 15, hostKey: 3 } as const;

/** A live connection and the places on it. */
export interface Line<Connection> {
  readonly host: RemoteHost;
  readonly connection: Connection;
  /** The line it goes through. */
  readonly jump: Line<Connection> | null;
  readonly channels: Turnstile;
}

interface Failure {
  readonly error: TransportError;
  readonly count: number;
  readonly retryAt: number;
}

/** Keeps one connection per host, made when first needed and again when it was lost. */
export interface SshPool<Connection> {
  /** A live line. Rejects with the TransportError of the last attempt, also when `signal` fires meanwhile. */
  line(options: { readonly host: RemoteHost; readonly signal: AbortSignal }): Promise<Line<Connection>>;
  /** Ends a line that is of no more use, so that the next asks for a new one. Not one that others go through. */
  discard(line: Line<Connection>): Promise<void>;
  close(): Promise<void>;
}

export function createSshPool<Connection>(options: {
  readonly hosts: ReadonlyMap<string, RemoteHost>;
  readonly client: SshClient<Connection>;
  readonly longestPauseSeconds: number;
}): SshPool<Connection> {
  const { client } = options;
  const live = new Map<string, Line<Connection>>();
  const connecting = new Map<string, Promise<Line<Connection>>>();
  const failures = new Map<string, Failure>();
  const gateways = new Map<string, Turnstile>();
  const handshakes = createTurnstile({ places: HANDSHAKES_AT_ONCE });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // every connection being made listens

  async function establish(host: RemoteHost): Promise<Line<Connection>> {
    const jumpHost = host.jumpHost === undefined ? undefined : options.hosts.get(host.jumpHost);
    const jump = jumpHost ? await reach({ host: jumpHost, signal: closing.signal }) : null;
    const leave = await enterHandshake({ host, signal: closing.signal }).catch(() => null);
    if (!leave) throw closedByUs(host);
    try {
      const through = jump ? { name: jump.host.name, connection: jump.connection } : null;
      const connection = await client.connect({ host, jump: through, signal: closing.signal });
      const line = { host, connection, jump, channels: createTurnstile({ places: CHANNELS_PER_HOST }) };
      live.set(host.name, line);
      failures.delete(host.name);
      client.onceLost({ connection, act: () => forget(line) });
      return line;
    } catch (error) {
      if (error instanceof TransportError)
        failures.set(host.name, remember({ ...options, error, before: failures.get(host.name) }));
      throw error;
    } finally {
      leave();
    }
  }

  async function enterHandshake(request: {
    readonly host: RemoteHost;
    readonly signal: AbortSignal;
  }): Promise<() => void> {
    const { host, signal } = request;
    const name = host.jumpHost ?? host.address;
    const gateway = gateways.get(name) ?? createTurnstile({ places: HANDSHAKES_PER_GATEWAY });
    gateways.set(name, gateway);
    const leaveGateway = await gateway.enter(signal);
    if (gateway.inside() > 1) await pause({ seconds: Math.random() * HANDSHAKE_JITTER_SECONDS, signal });
    try {
      const leave = await handshakes.enter(signal);
      return () => {
        leave();
        leaveGateway();
      };
    } catch (error) {
      leaveGateway();
      throw error;
    }
  }

  async function reach(request: {
    readonly host: RemoteHost;
    readonly signal: AbortSignal;
  }): Promise<Line<Connection>> {
    const { host, signal } = request;
    const line = live.get(host.name);
    if (line) return line;
    const failure = failures.get(host.name);
    const waitSeconds = failure ? (failure.retryAt - Date.now()) / 1000 : 0;
    if (failure && waitSeconds > 0) {
      if (isRefusal(failure.error)) throw failure.error;
      await pause({ seconds: waitSeconds, signal });
    }
    if (closing.signal.aborted) throw closedByUs(host);
    if (signal.aborted) throw failure?.error ?? noConnectionYet(host);
    const attempt = connecting.get(host.name) ?? establish(host).finally(() => connecting.delete(host.name));
    connecting.set(host.name, attempt);
    return await orAbort({ attempt, signal, error: () => failures.get(host.name)?.error ?? noConnectionYet(host) });
  }

  function forget(line: Line<Connection>): void {
    if (live.get(line.host.name) === line) live.delete(line.host.name);
  }

  return {
    line: reach,
    async discard(line) {
      const carries = [...live.values()].some(({ jump }) => jump === line);
      if (carries || live.get(line.host.name) !== line) return;
      forget(line);
      await client.end(line.connection);
    },
    async close() {
      closing.abort(new Error('The transport was closed.'));
      await Promise.allSettled(connecting.values());
      await Promise.all([...live.values()].map(({ connection }) => client.end(connection)));
      await client.close();
    },
  };
}

function isRefusal(error: TransportError): error is TransportError & { readonly kind: keyof typeof REFUSAL_SECONDS } {
  return error.kind in REFUSAL_SECONDS;
}

function remember(options: {
  readonly error: TransportError;
  readonly before: Failure | undefined;
  readonly longestPauseSeconds: number;
}): Failure {
  const { error } = options;
  const count = (options.before?.count ?? 0) + 1;
  const seconds = isRefusal(error)
    ? REFUSAL_SECONDS[error.kind]
    : Math.min(options.longestPauseSeconds, 0.2 * 2 ** count) * (0.5 + Math.random());
  return { error, count, retryAt: Date.now() + seconds * 1000 };
}

/** The attempt itself goes on: another caller may be waiting for the same connection. */
function orAbort<Result>(options: {
  readonly attempt: Promise<Result>;
  readonly signal: AbortSignal;
  readonly error: () => TransportError;
}): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(options.error());
    options.signal.addEventListener('abort', stop, { once: true });
    options.attempt.then(resolve, reject).finally(() => options.signal.removeEventListener('abort', stop));
  });
}

function noConnectionYet(host: RemoteHost): TransportError {
  const text = `No connection to ${placeOf(host)} within the time limit. The command was not sent.`;
  return new TransportError({ kind: 'unreachable', host: host.name, sent: false, text });
}

function closedByUs(host: RemoteHost): TransportError {
  const text = `No connection to ${host.name}: this worker is shutting down. The command was not sent.`;
  return new TransportError({ kind: 'closed', host: host.name, sent: false, text });
}
