import type { Client } from 'ssh2';
import { DEFAULT_TIMES, type ConnectionTimes, type SshClient } from './ssh-client';
import { createSshTransport } from './ssh-transport';
import { connect } from './ssh2-connection';
import { execOn } from './ssh2-exec';
import type { RemoteHost, Transport } from './transport';

/**
 * The default transport: ssh2, one pooled connection per host, host keys always verified from known_hosts, login by
 * identity file. It keeps the process alive until `close()`.
 */
export function createSsh2Transport(options: {
  readonly hosts: readonly RemoteHost[];
  readonly times?: Partial<ConnectionTimes>;
}): Transport {
  const times = { ...DEFAULT_TIMES, ...options.times };
  return createSshTransport({ hosts: options.hosts, client: createSsh2Client(times), ...times });
}

function createSsh2Client(times: ConnectionTimes): SshClient<Client> {
  return {
    connect: ({ host, jump, signal }) => connect({ host, jump, signal, times }),
    onceLost: ({ connection, act }) => void connection.once('close', act),
    exec: ({ connection, exec, limit }) => execOn({ client: connection, exec, limit }),
    end: endConnection,
    close: () => Promise.resolve(),
  };
}

function endConnection(client: Client): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', () => resolve());
    client.end();
    setTimeout(() => client.destroy(), 500).unref();
  });
}
