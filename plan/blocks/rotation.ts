import { type HostName, listed } from '../../schema/names';
import type { Batch, Probe } from '../../schema/plan';
import { drained, serve, serversUp, type Serving } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { venvPort, venvUnit } from '../commands/venv';
import { hostOf, unitBehind } from '../scope/scope';
import type { HostGroup } from '../scope/host-group';
import { everyApi, type RollingScope } from '../scope/rolling-scope';
import { batch } from './phase';

/** The API servers of these hosts get requests, all others of the service none; one that did not serve before stays so. */
function mapFor(options: { rolling: RollingScope; ready: readonly HostName[] }): Serving[] {
  const { rolling, ready } = options;
  const { scope, scoped } = rolling;
  return scoped.apis.flatMap(({ api, balanced, unit: program }) =>
    balanced.map((server): Serving => {
      const host = hostOf({ server, scope });
      const open = host !== null && ready.includes(host);
      const state = server.administration !== 'ready' ? 'maint' : open ? 'ready' : 'drain';
      const place = { backend: server.backend, server: server.server, state } as const;
      if (rolling.order !== 'venv' || host === null || !rolling.lead.apis.includes(host))
        return { ...place, reaches: unitBehind({ server, unit: program, scope }) };
      // Which of its two APIs answers, the port says.
      const unit = server.port === venvPort(api) ? venvUnit({ venv: rolling.venv, program }) : program;
      const at = { address: server.address, port: server.port };
      return { ...place, reaches: unitBehind({ server, unit, scope }), at };
    }),
  );
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

/** No API of the service gets requests, wherever it was reached meanwhile, and what they were answering is answered. */
export function closeAll(options: { rolling: RollingScope; label: string }): Batch {
  const { label } = options;
  const { scope } = options.rolling;
  const step = closing(options);
  const { map } = step;
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      haproxy: (socket) => [serve({ ...step, socket }), drained({ id: `${label}/drained`, socket, map })],
      byHand: () => moveByHand({ scope, ...step }),
    }),
  });
}

/**
 * The same before APIs start that nobody may reach yet: HAProxy keeps states in memory only, and a reload meanwhile let everybody in. People
 * who move servers are not asked twice.
 */
export function keptClosed(options: { rolling: RollingScope; label: string }): Batch[] {
  const { cloud, loadBalancers } = options.rolling.scope;
  const steps = onLoadBalancer({
    cloud,
    haproxy: (socket) => [serve({ ...closing(options), socket })],
    byHand: () => [],
  });
  return [batch({ hosts: loadBalancers, steps })];
}

function closing(options: { rolling: RollingScope; label: string }): Omit<Parameters<typeof serve>[0], 'socket'> {
  const { rolling, label } = options;
  const map = mapFor({ rolling, ready: [] }).map((one): Serving => ({ ...one, state: 'maint' }));
  return { id: `${label}/close`, title: `close the APIs of ${rolling.scoped.service.name}`, map };
}

/** After all of them were closed: HAProxy checks nobody's health in `maint`, so they are seen up afterwards. */
export function openAll(options: { rolling: RollingScope; label: string }): Batch {
  const { rolling, label } = options;
  const { scope, scoped } = rolling;
  const map = mapFor({ rolling, ready: everyApi(rolling) });
  const step = { id: `${label}/serve`, title: `open the APIs of ${scoped.service.name}`, map };
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      haproxy: (socket) => [serve({ ...step, socket }), serversUp({ id: `${label}/up`, socket, map: serving(map) })],
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

/** "ctl1 and ctl2", for titles. */
export function names({ hosts }: Pick<HostGroup, 'hosts'>): string {
  return listed(hosts);
}

/** "ctl1 serves", "ctl1 and ctl2 serve". */
export function whoServes(hosts: readonly HostName[]): string {
  return `${listed(hosts)} ${hosts.length === 1 ? 'serves' : 'serve'}`;
}
