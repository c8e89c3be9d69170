import type { HostFacts, PackageFacts } from '../../catalog/facts';
import type { ApacheFacts, ApacheFile } from '../../catalog/platform/apache';
import type { TransportFacts } from '../../catalog/platform/transport';
import { type Cloud } from '../../schema/cloud';

/** Changes one host of the toy cloud. */
export function on(name: string, change: (host: HostFacts) => HostFacts): (host: HostFacts) => HostFacts {
  return (host) => (host.host === name ? change(host) : host);
}

export function packagesOn(
  name: string,
  change: (packages: PackageFacts) => PackageFacts,
): (host: HostFacts) => HostFacts {
  return on(name, (host) => ({ ...host, packages: host.packages === null ? null : change(host.packages) }));
}

/** Heat on a vhost of its own. */
export function ownVhost(change: Partial<TransportFacts>): (host: HostFacts) => HostFacts {
  return (host) => {
    const { broker } = host;
    if (broker !== null) {
      const own = { name: change.vhost ?? 'heat', description: '', queues: 17, connections: 4 };
      return { ...host, broker: { ...broker, vhosts: [...broker.vhosts, own] } };
    }
    const read = host.packages?.rollingTransports['heat'];
    if (host.packages === null || read === undefined || 'unreadable' in read) return host;
    return {
      ...host,
      packages: { ...host.packages, rollingTransports: { heat: { ...read, vhost: 'heat', ...change } } },
    };
  };
}

/** A controller that carries Ceilometer's agent and Gnocchi as well, on a library that the run replaces. */
export function withMetering(host: HostFacts): HostFacts {
  const { packages } = host;
  if (packages === null) return host;
  const user = {
    commands: ['python3'],
    processes: 3,
    uses: ['python3-oslo.messaging'],
    seen: ['required' as const],
    replaced: [],
  };
  const others = [
    { name: 'ceilometer-agent-notification', version: '1:20.0.0-1', source: 'ceilometer', state: 'ii' },
    { name: 'gnocchi-api', version: '4.5.0-1', source: 'gnocchi', state: 'ii' },
  ];
  return {
    ...host,
    packages: {
      ...packages,
      installed: [...packages.installed, ...others],
      libraryUsers: [
        {
          ...user,
          unit: 'ceilometer-agent-notification.service',
          owners: ['ceilometer-agent-notification'],
          listens: [],
        },
        { ...user, unit: 'gnocchi-api.service', owners: ['gnocchi-api'], listens: ['0.0.0.0:8041'] },
        { ...user, unit: 'heat-engine.service', owners: ['heat-engine'], listens: [] },
      ],
    },
  };
}

/** The target's source has Ceilometer and Gnocchi as well, which nobody upgrades. */
export function withOffers(host: HostFacts): HostFacts {
  const packages = [
    { name: 'ceilometer-agent-notification', installed: '1:20.0.0-1', offered: '1:21.0.0-1' },
    { name: 'gnocchi-api', installed: '4.5.0-1', offered: '4.6.0-1' },
  ];
  return host.packages === null
    ? host
    : { ...host, packages: { ...host.packages, targetOffers: { packages, pinned: false } } };
}

/** A load balancer that only people can drive. */
export const movedByPeople: Cloud['loadBalancer'] = {
  kind: 'other',
  frontends: { 'heat-api': 'https://cloud.example:8004', 'heat-api-cfn': 'https://cloud.example:8000' },
};

/** Nothing of it can be read. */
export function unreadBalancer(host: HostFacts): HostFacts {
  return { ...host, loadBalancer: null };
}

/** APIs on the hosts named `ctl`, engines on the others, as large clouds have it. */
export function enginesApart(host: HostFacts): HostFacts {
  const { packages, loadBalancer } = host;
  const keeps = (unit: string): boolean => host.host.startsWith('ctl') === (unit !== 'heat-engine');
  return {
    ...host,
    packages:
      packages === null
        ? null
        : {
            ...packages,
            units: packages.units.map((unit) => (keeps(unit.name) ? unit : { ...unit, loaded: false, active: false })),
          },
    loadBalancer:
      loadBalancer === null
        ? null
        : { ...loadBalancer, servers: loadBalancer.servers.filter(({ server }) => server.startsWith('ctl')) },
  };
}

/** Users come to Keystone at one front end, other services at another, as its endpoints say. */
export function frontsApart(host: HostFacts): HostFacts {
  const { database, loadBalancer } = host;
  const inside = { frontend: 'keystone_internal', address: '192.0.2.32', port: 5000, backend: 'keystone', tls: false };
  return {
    ...host,
    database:
      database === null
        ? null
        : {
            ...database,
            endpoints: [
              { interface: 'public', host: 'cloud.example', port: 5000, addresses: ['192.0.2.31'] },
              { interface: 'internal', host: '192.0.2.32', port: 5000, addresses: [] },
            ],
          },
    loadBalancer: loadBalancer === null ? null : { ...loadBalancer, listeners: [inside, ...loadBalancer.listeners] },
  };
}

/** A site of Apache as Ubuntu's packages lay it out. */
export function siteFile(options: { name: string; port: number; user: string }): ApacheFile {
  const { name, port, user } = options;
  return {
    path: `/etc/apache2/sites-enabled/${name}.conf`,
    listens: [port],
    virtualHosts: [{ ports: [port], scripts: [`/usr/bin/${name}-wsgi`] }],
    daemons: [{ group: name, user, title: `(wsgi:${name})` }],
  };
}

/** A page that is no part of any upgrade. */
const statusPage: ApacheFile = {
  path: '/etc/apache2/sites-enabled/status.conf',
  listens: [8088],
  virtualHosts: [{ ports: [8088], scripts: [] }],
  daemons: [],
};

/** These APIs are sites of one Apache beside a status page, and have no unit, as on Ubuntu. */
export function sitesOfApache(
  sites: readonly { name: string; port: number; user: string }[],
  change: (apache: ApacheFacts) => ApacheFacts = (apache) => apache,
): (host: HostFacts) => HostFacts {
  return (host) => {
    if (host.packages === null) return host;
    const names = sites.map(({ name }) => name);
    const apache: ApacheFacts = {
      active: true,
      refusal: null,
      files: [
        { path: '/etc/apache2/ports.conf', listens: [80], virtualHosts: [], daemons: [] },
        ...sites.map(siteFile),
        statusPage,
      ],
      ports: [80, 8088, ...sites.map(({ port }) => port)],
      processes: sites.map(({ name, user }) => ({
        user,
        title: `(wsgi:${name})`.slice(0, 17).padEnd(17) + ' -k start',
      })),
    };
    const units = host.packages.units.map((unit) =>
      names.includes(unit.name) ? { ...unit, loaded: false, active: false, enabled: '' } : unit,
    );
    return { ...host, packages: { ...host.packages, units, apache: change(apache) } };
  };
}

/** Debian's unit beside its site, stopped and disabled, as puppet-openstack leaves it. */
export function idleUnit(name: string): (host: HostFacts) => HostFacts {
  return (host) => ({
    ...host,
    packages:
      host.packages === null
        ? null
        : {
            ...host.packages,
            units: host.packages.units.map((unit) =>
              unit.name === name ? { ...unit, loaded: true, active: false, enabled: 'disabled' } : unit,
            ),
          },
  });
}

export const keystoneSite = { name: 'keystone', port: 5000, user: 'keystone' } as const;
