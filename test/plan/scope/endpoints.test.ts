import { isLoopback, sameAddress, urlHost } from '../../../catalog/platform/address';
import type { PackageFacts } from '../../../catalog/facts';
import type { BalancedServer, Listener } from '../../../catalog/platform/haproxy';
import { heat } from '../../../catalog/services/heat';
import type { ScopedApi } from '../../../plan/scope/scope';
import { scopeService } from '../../../plan/scope/scope-service';
import { cloudFile, type Cloud } from '../../../schema/cloud';
import { movedByPeople } from '../../support/cloud-changes';
import { toyCloud, toyFacts } from '../../../testing/toy-survey';

/** The Heat API of a toy cloud with these SSH addresses, behind servers that are changed so. */
function heatApi(options: {
  addresses: Readonly<Record<string, string>>;
  server?: (server: BalancedServer) => BalancedServer;
  packages?: Partial<PackageFacts>;
  listener?: Partial<Listener>;
  loadBalancer?: Cloud['loadBalancer'];
}): ScopedApi | undefined {
  const { addresses, server = (one: BalancedServer): BalancedServer => one, packages = {}, listener = {} } = options;
  const plain = toyCloud(['ctl1', 'ctl2']);
  const hosts = Object.entries(plain.hosts).map(([name, host]) => [
    name,
    { ...host, address: addresses[name] ?? host.address },
  ]);
  const cloud: Cloud = {
    ...plain,
    hosts: Object.fromEntries(hosts) as Cloud['hosts'],
    loadBalancer: options.loadBalancer ?? plain.loadBalancer,
  };
  const facts = toyFacts({
    controllers: ['ctl1', 'ctl2'],
    services: ['heat'],
    change: (host) => ({
      ...host,
      packages: host.packages === null ? null : { ...host.packages, ...packages },
      loadBalancer:
        host.loadBalancer === null
          ? null
          : {
              ...host.loadBalancer,
              servers: host.loadBalancer.servers.map((one) => server(one)),
              listeners: host.loadBalancer.listeners.map((one) => ({ ...one, ...listener })),
            },
    }),
  });
  return scopeService({ service: heat, cloud, facts, stopped: [] })?.apis.find(({ api }) => api.name === 'heat-api');
}

const urls = (api: ScopedApi | undefined): string[] | undefined => api?.endpoints.map(({ url }) => url);

describe('where a controller serves its API', () => {
  it('is in brackets by IPv6, and the server behind HAProxy is found in any spelling', () => {
    const api = heatApi({
      addresses: { ctl1: 'FD00:10:0::11', ctl2: 'fd00:10::12' },
      server: (one) => ({
        ...one,
        server: `node-${one.server}`,
        address: `fd00:10::${one.server.replace('ctl', '1')}`,
      }),
    });
    expect(urls(api)).toEqual(['http://[fd00:10::11]:8004', 'http://[fd00:10::12]:8004']);
    expect(api?.balanced).toHaveLength(2);
  });

  it('is on the network where HAProxy reaches it, and by TLS where HAProxy speaks TLS', () => {
    const api = heatApi({
      addresses: {},
      server: (one) => ({ ...one, address: one.address.replace('192.0.2', '198.51.100'), tls: true }),
    });
    expect(urls(api)).toEqual(['https://198.51.100.11:8004', 'https://198.51.100.12:8004']);
  });

  it('is by TLS where the API speaks it and HAProxy only passes bytes on; users come by TLS, too', () => {
    const passing = heatApi({ addresses: {}, packages: { tlsPorts: [8004] }, listener: { passes: true } });
    expect(urls(passing)).toEqual(['https://192.0.2.11:8004', 'https://192.0.2.12:8004']);
    expect(passing?.listeners.map(({ tls }) => tls)).toEqual([true]);
    const ended = heatApi({ addresses: {}, packages: { tlsPorts: [8004] } });
    expect(ended?.listeners.map(({ tls }) => tls)).toEqual([false]);
    expect(urls(heatApi({ addresses: {}, packages: { tlsPorts: null } }))?.[0]).toBe('http://192.0.2.11:8004');
  });

  it('is where it listens, where nobody can be asked for servers', () => {
    const at = (...listening: string[]): string | undefined =>
      urls(
        heatApi({
          addresses: {},
          loadBalancer: movedByPeople,
          packages: { listening: listening.map((address) => ({ address, port: 8004 })), tlsPorts: [8004] },
        }),
      )?.[0];
    expect(at('198.51.100.11')).toBe('https://198.51.100.11:8004');
    expect(at('127.0.0.1', '[fd00:10::11]')).toBe('https://[fd00:10::11]:8004');
    expect(at('198.51.100.11', '192.0.2.11')).toBe('https://192.0.2.11:8004');
    expect([at('*'), at('0.0.0.0'), at('[::]'), at('127.0.0.1'), at()]).toEqual(
      Array.from({ length: 5 }, () => 'https://192.0.2.11:8004'),
    );
  });

  it('is never the loopback, which is another host to whoever asks', () => {
    const api = heatApi({ addresses: {}, server: (one) => ({ ...one, address: '127.0.0.1' }) });
    expect(urls(api)).toEqual(['http://192.0.2.11:8004', 'http://192.0.2.12:8004']);
  });
});

describe('an address', () => {
  it('is written for a URL', () => {
    expect(['192.0.2.1', 'ctl1.example', 'fd00::1', '[FD00::1]', 'fe80::1%eth0'].map(urlHost)).toEqual([
      ...['192.0.2.1', 'ctl1.example', '[fd00::1]', '[fd00::1]', '[fe80::1%eth0]'],
    ]);
    expect(sameAddress('fd00:0:0::1', 'FD00::1')).toBe(true);
    expect(sameAddress('192.0.2.1', '192.0.2.11')).toBe(false);
    expect(['::1', '127.0.1.1', 'localhost', '192.0.2.1'].map(isLoopback)).toEqual([true, true, true, false]);
  });

  it('may be IPv6 where people say how users reach an API', () => {
    const file = (url: string): boolean =>
      cloudFile.shape.loadBalancer.safeParse({ kind: 'other', frontends: { 'heat-api': url } }).success;
    expect(['https://[fd00::1]:8004', 'https://c.example:8004', 'https://fd00::1:8004'].map(file)).toEqual([
      ...[true, true, false],
    ]);
  });
});
