import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { guardHostKey } from './ssh2-host-key';
import { TransportError, type RemoteHost } from './transport';

export interface ConnectionTimes {
  /** For TCP, key exchange and login together. */
  readonly connectSeconds: number;
  /** A dead peer is noticed after (keepaliveMisses + 1) intervals. ssh2's default is never. */
  readonly keepaliveSeconds: number;
  readonly keepaliveMisses: number;
  /** After failed attempts the pauses grow up to this. */
  readonly longestPauseSeconds: number;
}

/**
 * One verified, logged-in connection. Rejects with a TransportError (`sent: false`) of kind hostKey, auth or
 * unreachable. `through` is a stream from a jump host that ends at this host's port.
 */
export async function connect(options: {
  readonly host: RemoteHost;
  readonly times: ConnectionTimes;
  readonly through: Duplex | null;
}): Promise<Client> {
  const { host, times } = options;
  const guard = await guardHostKey(host);
  const privateKey = await readIdentity(host);
  const client = new Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.on('error', (error) => reject(guard.refusal() ?? explain({ host, error })));
      client.once('close', () => reject(guard.refusal() ?? explain({ host, error: new Error('closed by the host') })));
      client.connect({
        username: host.user,
        privateKey,
        ...(options.through ? { sock: options.through } : { host: host.address, port: host.port }),
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
    throw error instanceof TransportError ? error : explain({ host, error: error as Error });
  }
  return client;
}

/** A stream through `jump` to the host's port, to be used as the socket of its own connection. */
export function forwardThrough(options: {
  readonly jump: Client;
  readonly jumpName: string;
  readonly host: RemoteHost;
}): Promise<Duplex> {
  const { host } = options;
  return new Promise((resolve, reject) => {
    options.jump.forwardOut('127.0.0.1', 0, host.address, host.port, (error, stream) => {
      if (!error) {
        resolve(stream);
        return;
      }
      const text = `Cannot reach ${place(host)} through ${options.jumpName}: ${error.message}. Look whether ${options.jumpName} reaches that port and its sshd allows TCP forwarding.`;
      reject(new TransportError({ kind: 'unreachable', host: host.name, sent: false, text, cause: error }));
    });
  });
}

async function readIdentity(host: RemoteHost): Promise<Buffer> {
  try {
    return await readFile(host.identityFile);
  } catch (cause) {
    const text = `Cannot read the private key ${host.identityFile} for ${host.user}@${host.name}. It must exist on the worker's machine and be readable for the worker.`;
    throw new TransportError({ kind: 'auth', host: host.name, sent: false, text, cause });
  }
}

function explain(options: { readonly host: RemoteHost; readonly error: Error & { level?: string } }): TransportError {
  const { host, error } = options;
  const failed = (kind: 'auth' | 'unreachable', text: string): TransportError =>
    new TransportError({ kind, host: host.name, sent: false, text, cause: error });

  if (error.level === 'client-authentication') {
    return failed(
      'auth',
      `${place(host)} does not let ${host.user} in with the key ${host.identityFile}. Put its public half into ~${host.user}/.ssh/authorized_keys on the host; sshd's own log there says why it refused.`,
    );
  }
  if (/private key|passphrase/i.test(error.message)) {
    return failed(
      'auth',
      `The private key ${host.identityFile} cannot be used (${error.message}). Give the worker an unencrypted key of its own.`,
    );
  }
  return failed(
    'unreachable',
    `Cannot connect to ${place(host)}: ${error.message}. Nothing was sent on this connection. Look whether the host is up and its sshd answers on that port.`,
  );
}

function place(host: RemoteHost): string {
  return `${host.name} (${host.address} port ${String(host.port)})`;
}
