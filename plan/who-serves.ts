import type { Release, ServerId } from '../schema/effect';
import type { HostName, ServiceName } from '../schema/names';
import { behind, type CloudState, readyServers } from './cloud-state';

export interface ServingHost {
  readonly host: HostName;
  readonly release: Release;
}

/** Services of the run that users can reach, in its order. */
export function servicesOf({ before }: CloudState): ServiceName[] {
  const apis = Object.values(before.units).filter(({ role }) => role === 'api');
  return [...new Set(apis.map(({ service }) => service))];
}

/** Services of the run that nobody calls: they have agents alone. */
export function agentServicesOf(state: CloudState): ServiceName[] {
  const called = servicesOf(state);
  const all = Object.values(state.before.units).map(({ service }) => service);
  return [...new Set(all)].filter((service) => !called.includes(service));
}

/** Hosts whose API of this service gets users' requests, and with which code. */
export function whoServes(options: { state: CloudState; service: ServiceName }): ServingHost[] {
  const open = isBalanced(options) ? inRotation(options) : running(options);
  const hosts = [...new Set(open.map(({ host }) => host))];
  return hosts.map((host) => ({
    host,
    release: open.some((one) => one.host === host && one.release === 'target') ? 'target' : 'installed',
  }));
}

/** Where no load balancer is known to have its servers, users reach whatever runs. */
function isBalanced({ state, service }: { state: CloudState; service: ServiceName }): boolean {
  const { rotation, units } = state.before;
  return Object.values(rotation).some(({ reaches }) => reaches !== null && units[reaches.unit]?.service === service);
}

function inRotation({ state, service }: { state: CloudState; service: ServiceName }): ServingHost[] {
  return readyServers(state).flatMap((server: ServerId) => {
    if (!reachedByUsers({ state, server })) return [];
    const process = behind({ state, server });
    const host = state.rotation[server]?.reaches?.host;
    return process?.service === service && host !== undefined ? [{ host, release: process.release }] : [];
  });
}

/** Some front end through which users come accepts them. Where none is known, they reach the server somehow. */
function reachedByUsers({ state, server }: { state: CloudState; server: ServerId }): boolean {
  const fronts = state.before.userFronts[server.split('/')[0] ?? ''] ?? [];
  return fronts.length === 0 || fronts.some((frontend) => !state.closedFronts.includes(frontend));
}

function running({ state, service }: { state: CloudState; service: ServiceName }): ServingHost[] {
  return Object.entries(state.running).flatMap(([unitAtHost, process]) =>
    process.service === service && process.role === 'api'
      ? [{ host: unitAtHost.replace(/^.*@/, ''), release: process.release }]
      : [],
  );
}
