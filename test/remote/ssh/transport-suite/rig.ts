import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ConnectionTimes } from '../../../../remote/ssh/ssh-client';
import { TransportError, type ExecResult, type RemoteHost, type Transport } from '../../../../remote';
import { startCuttingProxy, type CuttingProxy } from '../cutting-proxy';
import { startSshd, type Sshd } from '../sshd';
import type { TransportUnderTest } from '../transports-under-test';

/** What the tests of one transport share: servers, a line that can be cut, and everything put away afterwards. */
export interface Rig {
  readonly sshd: () => Sshd;
  readonly proxy: () => CuttingProxy;
  /** The host behind the proxy. */
  readonly throughProxy: () => RemoteHost;
  /** Another server, stopped after the test. */
  readonly another: (config?: string) => Promise<Sshd>;
  /** A port that takes connections and says nothing; closed after the test. */
  readonly silent: () => Promise<{ readonly port: number; readonly connections: () => number }>;
  /** Closed after the test. */
  readonly transport: (options: {
    readonly hosts: readonly RemoteHost[];
    readonly times?: Partial<ConnectionTimes>;
  }) => Transport;
  /** A command on ctl1 of the shared server, over a transport of its own. */
  readonly run: (command: string) => Promise<ExecResult>;
}

/** Call inside `describe`. */
export function rig(under: TransportUnderTest): Rig {
  let sshd: Sshd;
  let proxy: CuttingProxy;
  const cleanup: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    sshd = await startSshd();
    proxy = await startCuttingProxy({ targetPort: sshd.port });
  });
  afterEach(async () => {
    proxy.cutAfter(() => null);
    proxy.blackHole(false);
    for (const act of cleanup.splice(0).reverse()) await act();
  });
  afterAll(async () => {
    await proxy.stop();
    await sshd.stop();
  });
  const transport: Rig['transport'] = ({ hosts, times }) => {
    const one = under.create({ hosts, times: { longestPauseSeconds: 0.1, connectSeconds: 5, ...times } });
    cleanup.push(() => one.close());
    return one;
  };
  return {
    sshd: () => sshd,
    proxy: () => proxy,
    throughProxy: () => {
      const knownHostsFile = join(sshd.directory, 'through_proxy');
      writeFileSync(knownHostsFile, `[127.0.0.1]:${String(proxy.port)} ${sshd.hostKey}\n`);
      return sshd.host({ port: proxy.port, knownHostsFile });
    },
    async another(config = '') {
      const other = await startSshd({ config });
      cleanup.push(() => other.stop());
      return other;
    },
    async silent() {
      const sockets: Socket[] = [];
      const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanup.push(
        () =>
          new Promise((resolve) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => resolve());
          }),
      );
      return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
    },
    transport,
    run: (command) => transport({ hosts: [sshd.host()] }).exec({ host: 'ctl1', command, deadlineSeconds: 20 }),
  };
}

/** The TransportError a command ends with; anything else fails the test. */
export async function failure(work: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await work.then(
    (result) => result,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TransportError) return error;
  throw new Error(`not a TransportError: ${error instanceof Error ? String(error) : JSON.stringify(error)}`);
}

export function kindAndSent(error: TransportError): Pick<TransportError, 'kind' | 'sent'> {
  return { kind: error.kind, sent: error.sent };
}

export function pauseSeconds(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Waits until something of the outside world is so. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (holds()) return;
    await pauseSeconds(0.025);
  }
  throw new Error('it did not become so within ten seconds');
}
