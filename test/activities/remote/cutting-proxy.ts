import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  readonly cuts: () => number;
  readonly connections: () => number;
  /** Asked for every new connection: after how many bytes (both ways together) it is cut. null: never. */
  readonly cutAfter: (budget: () => number | null) => void;
  /** While on, bytes are swallowed and nobody is told: a cable that was pulled out. */
  readonly blackHole: (on: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** Stands between a client and a port of this machine, and cuts connections at exact bytes, by RST and FIN in turn. */
export async function startCuttingProxy(options: { readonly targetPort: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let budget: () => number | null = () => null;
  let swallow = false;
  let cuts = 0;
  let connections = 0;

  const server = createServer((client) => {
    connections += 1;
    const target = connect({ host: '127.0.0.1', port: options.targetPort });
    let left = budget() ?? Number.POSITIVE_INFINITY;
    const cut = (): void => {
      cuts += 1;
      const end = cuts % 2 === 0 ? 'resetAndDestroy' : 'destroy';
      client[end]();
      target[end]();
    };
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (swallow) return;
        const part = chunk.subarray(0, Math.max(0, Math.min(chunk.length, left)));
        left -= chunk.length;
        if (left > 0) to.write(part);
        else to.write(part, cut);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    };
    pass(client, target);
    pass(target, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    connections: () => connections,
    cutAfter: (next) => {
      budget = next;
    },
    blackHole: (on) => {
      swallow = on;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
