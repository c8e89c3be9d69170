import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeModules, runProgram } from './run-program';

/** The program as it is, against a fake memcached that takes one command and answers it. */
describe('flush-memcached (fake memcached)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flush-memcached-'));
  const heard: string[] = [];
  let server: Server;
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => server.close());

  const memcached = async (answer: string): Promise<number> => {
    heard.length = 0;
    server = createServer((socket) =>
      socket.once('data', (command) => {
        heard.push(command.toString());
        socket.end(answer);
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const flush = (...listeners: string[]): ReturnType<typeof runProgram> => {
    const file = join(directory, 'memcached');
    writeFileSync(file, listeners.map((one) => `${one}\n`).join(''));
    return runProgram({
      name: 'flush-memcached',
      words: [file, join(directory, 'keystone.conf')],
      env: { PYTHONPATH: fakeModules },
    });
  };
  const cache = (...lines: string[]): void => {
    writeFileSync(join(directory, 'keystone.conf'), ['[cache]', ...lines, ''].join('\n'));
  };
  beforeEach(() => {
    cache();
  });

  it('empties what listens on an address, and what listens on all of them', async () => {
    const port = String(await memcached('OK\r\n'));
    expect(await flush(`127.0.0.1:${port}`, `0.0.0.0:${port}`, `*:${port}`)).toEqual({
      code: 0,
      said: 'memcached on 127.0.0.1 is empty',
    });
    expect(heard).toEqual(['flush_all\r\n']);
  });

  it('empties those that the cache of the service names, on whatever host', async () => {
    const port = String(await memcached('OK\r\n'));
    cache(`memcache_servers = localhost:${port},inet6:[::ffff:127.0.0.1]:${port}`);
    expect(await flush()).toEqual({
      code: 0,
      said: 'memcached on ::ffff:127.0.0.1 is empty\nmemcached on localhost is empty',
    });
    expect(heard.length).toBe(2);
  });

  it('fails when one is away, or wants TLS: nobody knows what it holds', async () => {
    const port = String(await memcached('OK\r\n'));
    cache(`memcache_servers = 127.0.0.1:${port}`, 'tls_enabled = true');
    expect((await flush()).said).toContain('wants TLS: empty it by hand');
    server.close();
    cache(`memcache_servers = 127.0.0.1:${port}`);
    const { code, said } = await flush();
    expect([code, said]).toEqual([1, expect.stringMatching(/^memcached on 127.0.0.1 does not answer \(.*refused\)/)]);
  });

  it('fails when one refuses: its tokens of before are still there', async () => {
    const port = String(await memcached('ERROR\r\n'));
    expect(await flush(`127.0.0.1:${port}`)).toEqual({
      code: 1,
      said: "memcached on 127.0.0.1 answered b'ERROR\\r\\n'",
    });
  });
});
