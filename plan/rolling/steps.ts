import { listed, type HostName } from '../../schema/names';
import type { Batch, BoundProbe, Probe, Step } from '../../schema/plan';
import { drained, serve, serversUp, servesAs, type Serving } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { enginesOn } from '../commands/rabbitmq';
import { closeUnit, startUnit } from '../commands/systemd';
import { probe } from '../change';
import { batch } from '../phases/phase';
import { answers } from '../phases/start';
import type { ScopedApi } from '../scope';
import { procedureOf } from '../services';
import { mapFor, type RollingScope, type Side } from './sides';

/**
 * Before a phase: the load balancer is as the phase before it left it (R-HEAT-9). `ready` are the hosts that serve;
 * null: as surveyed.
 */
export function leftServing(options: {
  rolling: RollingScope;
  phaseId: string;
  ready: readonly HostName[];
}): BoundProbe[] {
  const { rolling, phaseId, ready } = options;
  const { cloud, loadBalancers } = rolling.scope;
  const map = mapFor({ rolling, ready });
  return onLoadBalancer({
    cloud,
    haproxy: (socket) =>
      loadBalancers.map((host) => ({ host, probe: servesAs({ id: `drift/serving-${phaseId}`, socket, map }) })),
    byHand: () => [],
  });
}

/** Puts these hosts' APIs into rotation and no others, then waits until no request is under way at those that left. */
export function cutOver(options: { rolling: RollingScope; label: string; ready: readonly HostName[] }): Batch {
  const { rolling, label, ready } = options;
  const { scope } = rolling;
  const map = readyFirst(mapFor({ rolling, ready }));
  const step = { id: `${label}/serve`, title: `requests go to ${listed(ready)}`, map };
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      haproxy: (socket) => [
        // HAProxy must see them up before anybody else leaves, or for a moment nobody serves.
        serversUp({ id: `${label}/up`, socket, map: serving(map) }),
        serve({ ...step, socket }),
        ...drainedOf({ id: `${label}/drained`, socket, map }),
      ],
      byHand: () => moveByHand({ scope, ...step }),
    }),
  });
}

/** Where somebody left. */
function drainedOf(options: { id: string; socket: string; map: readonly Serving[] }): Probe[] {
  const left = options.map.filter(({ state }) => state === 'drain');
  return left.length === 0 ? [] : [drained({ ...options, map: left })];
}

function serving(map: readonly Serving[]): Serving[] {
  return map.filter(({ state }) => state === 'ready');
}

/** Servers are set one after the other: who comes in, comes before who leaves. */
function readyFirst(map: readonly Serving[]): Serving[] {
  return [...serving(map), ...map.filter(({ state }) => state !== 'ready')];
}

/** Takes hosts out of rotation: no new requests, and those under way end. */
export function takeOut(options: { rolling: RollingScope; label: string; ready: readonly HostName[] }): Batch {
  const { rolling, label, ready } = options;
  const { scope } = rolling;
  const map = mapFor({ rolling, ready });
  const step = { id: `${label}/take-out`, title: `requests go to ${listed(ready)} alone`, map };
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      haproxy: (socket) => [serve({ ...step, socket }), ...drainedOf({ id: `${label}/taken-out`, socket, map })],
      byHand: () => moveByHand({ scope, ...step }),
    }),
  });
}

/**
 * HAProxy's own health checks see these hosts' APIs up, although they get no requests yet (trap 48). People look at that
 * when they let them in: they are not asked twice.
 */
export function seenUp(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { cloud, loadBalancers } = rolling.scope;
  const map = serving(mapFor({ rolling, ready: hosts }));
  return batch({
    hosts: loadBalancers,
    steps: onLoadBalancer({
      cloud,
      haproxy: (socket) => [serversUp({ id: `${label}/seen-up`, socket, map })],
      byHand: () => [],
    }),
  });
}

export function closeApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  return apiUnits(rolling).map(({ name, on }) =>
    batch({
      hosts: hosts.filter((host) => on.includes(host)),
      steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: null })],
    }),
  );
}

/** Starts the APIs of these hosts and proves each by itself: it answers, and a stack lives and dies through it. */
export function startApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  return [
    ...apiUnits(rolling).map(({ name, on }) =>
      batch({
        hosts: hosts.filter((host) => on.includes(host)),
        steps: [startUnit({ id: `${label}/start-${name}`, unit: name, requirements: ['R-HEAT-18'] })],
      }),
    ),
    proveApis({ rolling, label, hosts }),
  ];
}

/** Each API of these hosts by itself: it answers, and a stack lives and dies through it. */
export function proveApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { scope, scoped } = rolling;
  return batch({
    hosts: [scope.proofHost],
    steps: [
      ...scoped.apis.flatMap((api) => answers({ label, api: onHosts({ api, hosts }) })),
      ...hosts.flatMap((host) => proofOn({ rolling, label, host })),
    ],
  });
}

export function proofOn(options: { rolling: RollingScope; label: string; host: HostName }): readonly Step[] {
  const { scope, scoped } = options.rolling;
  return procedureOf({ service: scoped.service.name }).proofOn({ ...options, scope, scoped });
}

function onHosts(options: { api: ScopedApi; hosts: readonly HostName[] }): ScopedApi {
  const { api, hosts } = options;
  return { ...api, endpoints: api.endpoints.filter(({ host }) => hosts.includes(host)) };
}

export function apiUnits({ scoped }: RollingScope): { name: string; on: readonly HostName[] }[] {
  return scoped.service.units
    .filter(({ api }) => api !== null)
    .map(({ name }) => ({ name, on: scoped.unitHosts[name] ?? [] }));
}

/** The engine's unit; a service that rolls has one (catalog). */
export function engineUnit({ scoped, rolling }: RollingScope): { name: string; stopSeconds: number; ready: Step[] } {
  const unit = scoped.service.units.find(({ name }) => name === rolling.engineUnit);
  const ready = unit?.ready ?? null;
  return {
    name: rolling.engineUnit,
    stopSeconds: unit?.gracefulStopSeconds ?? 90,
    ready:
      ready === null
        ? []
        : [
            probe({
              id: `${scoped.service.name}/ready-${rolling.engineUnit}`,
              title: `${rolling.engineUnit} does its work`,
              script: ready,
              retryForSeconds: 180,
              remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
              requirements: ['R-HEAT-20', 'R-HEAT-26'],
            }),
          ],
  };
}

/** The database says so as well: an engine that was killed leaves a row that counts as alive for two minutes (C.3). */
export function engineGone(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  const { gone = null } = rolling.scoped.service.units.find(({ name }) => name === rolling.rolling.engineUnit) ?? {};
  if (gone === null) return [];
  return [
    batch({
      hosts,
      steps: [
        probe({
          id: `${label}/engine-gone`,
          title: `the database knows no engine of this host any more`,
          script: gone,
          retryForSeconds: 150,
          remedy:
            'wait two minutes: the row of an engine that was killed counts as up as long. Longer means that one still runs.',
          requirements: ['R-HEAT-16', 'C.3'],
        }),
      ],
    }),
  ];
}

/** The engines of these hosts, and nobody else's, consume on the vhost; seen by the broker itself. */
export function engines(options: {
  rolling: RollingScope;
  id: string;
  vhost: string;
  hosts: readonly HostName[];
}): Batch {
  const { rolling, id, vhost, hosts } = options;
  const names = hosts.map((host) => rolling.engineNames[host] ?? host);
  return batch({
    hosts: rolling.scope.brokers.slice(0, 1),
    steps: [enginesOn({ id, vhost, topic: rolling.rolling.topic, hosts, names })],
  });
}

/** "ctl1 and ctl2", for titles. */
export function names({ hosts }: Pick<Side, 'hosts'>): string {
  return listed(hosts);
}

/** "ctl1 serves", "ctl1 and ctl2 serve". */
export function whoServes(hosts: readonly HostName[]): string {
  return `${listed(hosts)} ${hosts.length === 1 ? 'serves' : 'serve'}`;
}
