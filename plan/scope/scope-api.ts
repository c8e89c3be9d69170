import type { CloudFacts } from '../../catalog/facts';
import { isLoopback, urlHost } from '../../catalog/platform/address';
import type { Endpoint } from '../../catalog/platform/endpoints';
import type { BalancedServer, Listener } from '../../catalog/platform/haproxy';
import type { Api } from '../../catalog/service';
import type { Cloud } from '../../schema/cloud';
import type { HostName } from '../../schema/names';
import { listeningAddress, speaksTls } from './api-place';
import { frontsOf } from './fronts';
import { hostOf, type ScopedApi } from './scope';

/** What the load balancer says about an API: a backend is its when servers of it use its port. */
export function scopeApi(options: {
  api: Api;
  unit: string;
  hosts: readonly HostName[];
  cloud: Cloud;
  facts: CloudFacts;
}): ScopedApi {
  const { api, unit, hosts, cloud, facts } = options;
  if (cloud.loadBalancer.kind === 'other') {
    const endpoints = hosts.map((host) => endpointOn({ host, api, balanced: [], cloud, facts }));
    return { api, unit, endpoints, ...behindOther({ api, hosts, cloud }) };
  }
  const balancers = facts.hosts.flatMap(({ loadBalancer }) => (loadBalancer === null ? [] : [loadBalancer]));
  const balanced = uniqueServers(
    balancers.flatMap(({ servers }) => servers).filter(({ port }) => port === api.port),
  ).filter((server) => isServed({ server, hosts, cloud }));
  const backends = balanced.map(({ backend }) => backend);
  const endpoints = hosts.map((host) => endpointOn({ host, api, balanced, cloud, facts }));
  const tlsBehind = endpoints.some(({ url }) => url.startsWith('https:'));
  const all = (balancers[0]?.listeners ?? [])
    .filter(({ backend }) => backends.includes(backend))
    .map((one) => (one.passes === true && tlsBehind ? { ...one, tls: true } : one));
  const fronts = frontsOf({ listeners: all, endpoints: callsOf({ cloud, facts }) });
  const forServices = (listener: Listener): boolean =>
    fronts.some(({ frontend, faces }) => frontend === listener.frontend && faces === 'services');
  return {
    api,
    unit,
    balanced,
    // Where users come in stands first: that is what is watched and proved.
    listeners: [...all.filter((one) => !forServices(one)), ...all.filter(forServices)],
    fronts,
    endpoints,
  };
}

/**
 * Where HAProxy reaches the API of a host, and whether by TLS: it may listen on another network than SSH. HAProxy beside
 * the API may go through the loopback, which is another host to everybody else.
 */
function endpointOn(options: {
  host: HostName;
  api: Api;
  balanced: readonly BalancedServer[];
  cloud: Cloud;
  facts: CloudFacts;
}): ScopedApi['endpoints'][number] {
  const { host, api, balanced, cloud, facts } = options;
  const server = balanced.find((one) => hostOf({ server: one, scope: { cloud } }) === host && !isLoopback(one.address));
  const place = { host: facts.hosts.find((one) => one.host === host), port: server?.port ?? api.port };
  const address = server?.address ?? listeningAddress({ ...place, sshAddress: addressOf({ cloud, host }) });
  const scheme = server?.tls === true || speaksTls(place) ? 'https' : 'http';
  return { host, url: `${scheme}://${urlHost(address)}:${String(place.port)}` };
}

/**
 * Where APIs are called: by the catalogue, and by what the services and the administrator of this run are configured to call. Nothing where
 * either is not known: then no front end counts as one for users alone.
 */
function callsOf(options: { cloud: Cloud; facts: CloudFacts }): readonly Endpoint[] {
  const { cloud, facts } = options;
  const hosts = facts.hosts.filter(({ packages }) => packages !== null);
  const configured = hosts.map(({ packages }) => packages?.keystoneUrls ?? null);
  const read = configured.flatMap((urls) => urls ?? []);
  if (configured.includes(null) || !hosts.some(({ host }) => host === cloud.openstack.on)) return [];
  return [...facts.hosts.flatMap(({ database }) => database?.endpoints ?? []), ...read];
}

/**
 * A server of a host that does not have the API is down before the run and after it: it is left as it is, because a plan that
 * puts it into rotation waits forever until it is up. A server on no host of the cloud file is somebody's who is up.
 */
function isServed(options: { server: BalancedServer; hosts: readonly HostName[]; cloud: Cloud }): boolean {
  const { server, hosts, cloud } = options;
  const host = hostOf({ server, scope: { cloud } });
  return host === null || hosts.includes(host);
}

/** Nothing of it can be read: every host that has the API counts as one that serves. */
function behindOther(options: {
  api: Api;
  hosts: readonly HostName[];
  cloud: Cloud;
}): Pick<ScopedApi, 'balanced' | 'listeners' | 'fronts'> {
  const { api, hosts, cloud } = options;
  const { name: backend, port } = api;
  const front = cloud.loadBalancer.kind === 'other' ? cloud.loadBalancer.frontends[backend] : undefined;
  const parts = /^(https?):\/\/(.+):(\d+)$/.exec(front ?? '');
  return {
    balanced: hosts.map((server) => ({
      backend,
      server,
      address: addressOf({ cloud, host: server }),
      port,
      administration: 'ready',
      up: true,
    })),
    listeners:
      parts === null
        ? []
        : [{ frontend: backend, address: parts[2] ?? '', port: Number(parts[3]), backend, tls: parts[1] === 'https' }],
    fronts: [],
  };
}

function addressOf(options: { cloud: Cloud; host: HostName }): string {
  return options.cloud.hosts[options.host]?.address ?? options.host;
}

function uniqueServers(servers: readonly BalancedServer[]): BalancedServer[] {
  const named = servers.map((server): [string, BalancedServer] => [`${server.backend}/${server.server}`, server]);
  return Object.values(Object.fromEntries(named));
}
