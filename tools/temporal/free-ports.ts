import { createServer, type Server } from 'node:net';
import type { ServerPorts } from './server-flags';

/** Three ports of 127.0.0.1 that nobody listens on now. Held all at once while choosing, so that they differ. */
export const freePorts = async (): Promise<ServerPorts> => {
  const [grpc, http, ui] = await Promise.all([listen(0), listen(0), listen(0)]);
  const ports = { grpc: portOf(grpc), http: portOf(http), ui: portOf(ui) };
  await Promise.all([close(grpc), close(http), close(ui)]);
  return ports;
};

/**
 * Makes sure that nobody listens on these ports. Whoever sat there would answer in the place of the server we start, and we would
 * take a stranger's Temporal for ours.
 *
 * @throws an Error that names the port
 */
export const requireFreePorts = async (ports: ServerPorts): Promise<void> => {
  for (const port of [ports.grpc, ports.http, ports.ui]) {
    try {
      await close(await listen(port));
    } catch {
      throw new Error(
        `Port ${port} of 127.0.0.1 is used by another program, perhaps another Temporal server. Stop that program first.`,
      );
    }
  }
};

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening TCP server has no port.');
  return address.port;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error))));
