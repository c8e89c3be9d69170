import { createServer, type Server } from 'node:net';
import type { ServerPorts } from './server-flags';

/** Three ports of 127.0.0.1 that nobody listens on now. Held all at once while choosing, so that they differ. */
export const freePorts = async (): Promise<ServerPorts> => {
  const [grpc, http, ui] = await Promise.all([listen(), listen(), listen()]);
  const ports = { grpc: portOf(grpc), http: portOf(http), ui: portOf(ui) };
  await Promise.all([close(grpc), close(http), close(ui)]);
  return ports;
};

const listen = (): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening TCP server has no port.');
  return address.port;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error))));
