import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** How a connection ends: told at once (RST), told in order (FIN), or not told at all. */
export type CutKind = 'reset' | 'fin' | 'blackHole';

export interface Cut {
  readonly kind: CutKind;
  /** After so many bytes; those before them are delivered. */
  readonly afterBytes: number;
  /** Whose bytes count: of the client, of the server, or both together. */
  readonly counting: 'up' | 'down' | 'both';
}

export interface CuttingProxy {
  readonly port: number;
  readonly cuts: () => Readonly<Record<CutKind, number>>;
  readonly connections: () => number;
  /** Asked for every new connection. null: it is never cut. */
  readonly cutAfter: (next: () => Cut | null) => void;
  /** While on, bytes are swallowed and nobody is told: a cable that was pulled out. */
  readonly blackHole: (on: boolean) => void;
  /** Cuts every connection there is. */
  readonly cutNow: () => void;
  /** Resolves when every connection has ended. */
  readonly whenEmpty: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Stands between a client and a port of this machine, and cuts connections at exact bytes. */
export async function startCuttingProxy(options: { readonly targetPort: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const cuts = { reset: 0, fin: 0, blackHole: 0 };
  let nextCut: () => Cut | null = () => null;
  let swallow = false;
  let connections = 0;

  const server = createServer((client) => {
    connections += 1;
    const target = connect({ host: '127.0.0.1', port: options.targetPort });
    const cut = nextCut();
    let left = cut?.afterBytes ?? Number.POSITIVE_INFINITY;
    let silent = false;
    const end = (): void => {
      if (cut === null || silent) return;
      silent = true;
      cuts[cut.kind] += 1;
      if (cut.kind === 'blackHole') return;
      for (const socket of [client, target]) socket[cut.kind === 'reset' ? 'resetAndDestroy' : 'destroy']();
    };
    const pass = (from: Socket, to: Socket, direction: 'up' | 'down'): void => {
      sockets.add(from);
      const counts = cut?.counting === 'both' || cut?.counting === direction;
      from.on('data', (chunk) => {
        if (swallow || silent) return;
        const part = counts ? chunk.subarray(0, Math.max(0, Math.min(chunk.length, left))) : chunk;
        if (counts) left -= chunk.length;
        if (left > 0) to.write(part);
        else to.write(part, end);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    };
    pass(client, target, 'up');
    pass(target, client, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => ({ ...cuts }),
    connections: () => connections,
    cutAfter: (next) => {
      nextCut = next;
    },
    blackHole: (on) => {
      swallow = on;
    },
    cutNow: () => {
      for (const socket of sockets) socket.destroy();
    },
    async whenEmpty() {
      while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 25));
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
