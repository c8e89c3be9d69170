import { existsSync } from 'node:fs';
import { createServer as httpServer } from 'node:http';
import { createServer as plainServer, type AddressInfo, type Server } from 'node:net';
import { createServer as tlsServer } from 'node:tls';
import { runProgram } from './run-program';

/** The program as it is, and real servers of this process: one without a certificate refuses within TLS. */
(existsSync('/usr/bin/ss') || existsSync('/bin/ss') ? describe : describe.skip)(
  'tls-ports (skipped without ss)',
  () => {
    const servers: Server[] = [];
    afterAll(() => servers.forEach((server) => server.close()));

    const portOf = async (server: Server): Promise<number> => {
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };

    it('tells who speaks TLS, and greets nobody in TLS who answers plain HTTP', async () => {
      const seen: string[] = [];
      const plain = httpServer((_, response) => response.end('ok'));
      plain.on('connection', (socket) => socket.on('data', (bytes) => seen.push(bytes.toString('latin1').slice(0, 3))));
      const secure = tlsServer({});
      secure.on('tlsClientError', () => undefined);
      const hangsUp = plainServer((socket) => socket.end());
      const ports = [await portOf(plain), await portOf(secure), await portOf(hangsUp), 1];
      const { code, said } = await runProgram({ name: 'tls-ports', words: ports.map(String) });
      expect([code, JSON.parse(said)]).toEqual([0, [ports[1]]]);
      expect(seen).toEqual(['GET']);
    });
  },
);
