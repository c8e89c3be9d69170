import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { hungUp, noCommonGround, notLetIn, notReached } from './connect-failure';
import type { ConnectionTimes, Jump } from './ssh-client';
import { guardHostKey } from './ssh2-host-key';
import { placeOf, TransportError, type RemoteHost } from './transport';

/**
 * One verified, logged-in connection. Rejects with a TransportError (`sent: false`) of kind hostKey, auth, unreachable
 * or openFailed.
 */
export async function connect(options: {
  readonly host: RemoteHost;
  readonly times: ConnectionTimes;
  readonly jump: Jump<Client> | null;
  readonly signal: AbortSignal;
}): Promise<Client> {
  const { host, times, jump, signal } = options;
  const guard = await guardHostKey(host);
  const privateKey = await readIdentity(host);
  const through = jump ? await forwardThrough({ jump, host }) : null;
  const client = new Client();
  const stop = (): void => void client.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let answered = false;
      const fail = (error: ConnectError): void => reject(guard.refusal() ?? explain({ host, error, answered }));
      client.once('connect', () => (answered = true));
      client.once('ready', resolve);
      client.on('error', fail);
      client.once('close', () => fail(new Error('closed by the host')));
      client.connect({
        username: host.user,
        privateKey,
        ...(through ? { sock: through } : { host: host.address, port: host.port }),
        hostVerifier: guard.verify,
        algorithms: { serverHostKey: guard.algorithms },
        readyTimeout: times.connectSeconds * 1000,
        keepaliveInterval: times.keepaliveSeconds * 1000,
        keepaliveCountMax: times.keepaliveMisses,
      });
      // Nagle holds every small packet back until the host's delayed acknowledgement: 44 ms instead of 3 per command.
      client.setNoDelay(true);
    });
  } catch (error) {
    client.destroy();
    throw error instanceof TransportError ? error : explain({ host, error: error as Error, answered: false });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return client;
}

/** A stream through `jump` to the host's port, to be used as the socket of its own connection. */
function forwardThrough(options: { readonly jump: Jump<Client>; readonly host: RemoteHost }): Promise<Duplex> {
  const { host, jump } = options;
  return new Promise((resolve, reject) => {
    jump.connection.forwardOut('127.0.0.1', 0, host.address, host.port, (error, stream) => {
      if (!error) {
        resolve(stream);
        return;
      }
      const text = `Cannot reach ${placeOf(host)} through ${jump.name}: ${error.message}. Nothing was sent. Check that ${jump.name} reaches that port and that its sshd allows TCP forwarding.`;
      reject(new TransportError({ kind: 'unreachable', host: host.name, sent: false, text, cause: error }));
    });
  });
}

async function readIdentity(host: RemoteHost): Promise<Buffer> {
  const { identityFile = '' } = host;
  try {
    return await readFile(identityFile);
  } catch (cause) {
    const text = `Cannot read the private key ${identityFile} for ${host.user}@${host.name}. Nothing was sent. The file must exist on the worker's machine and be readable for the worker.`;
    throw new TransportError({ kind: 'auth', host: host.name, sent: false, text, cause });
  }
}

type ConnectError = Error & { readonly level?: string };

function explain(options: {
  readonly host: RemoteHost;
  readonly error: ConnectError;
  /** Whether the port was open. */
  readonly answered: boolean;
}): TransportError {
  const { host, error, answered } = options;
  const failed = (kind: 'auth' | 'unreachable' | 'openFailed', text: string): TransportError =>
    new TransportError({ kind, host: host.name, sent: false, text, cause: error });

  if (error.level === 'client-authentication') return failed('auth', notLetIn(host));
  if (/private key|passphrase/i.test(error.message)) {
    return failed(
      'auth',
      `The private key ${host.identityFile ?? ''} cannot be used (${error.message}). Nothing was sent. Give the worker its own key, without a passphrase.`,
    );
  }
  if (error.level === 'handshake') return failed('unreachable', noCommonGround({ host, said: error.message }));
  if (answered && error.level !== 'client-timeout') return failed('openFailed', hungUp({ host, said: error.message }));
  return failed('unreachable', notReached({ host, said: error.message }));
}
