import { type HostName, listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { drained, serve, serversUp, type Serving } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import type { AgentsOrder } from '../scope/agents-order';
import { hostOf, type Scope, type ScopedService, unitBehind } from '../scope/scope';
import { batch } from './phase';

/*
 * An API of which only one version may answer (R-CEIL-22), upgraded host by host: those of the installed release get the requests until only
 * their last host is left, then those of the new one get all of them at once.
 */

/** Hosts whose APIs get requests; empty: the service has none. */
export type ApiHosts = readonly HostName[];

/** Hosts of the service's APIs, in the order in which they are upgraded. */
export function apiHosts(options: { scope: Pick<Scope, 'services'>; order: AgentsOrder }): ApiHosts {
  const { scope, order } = options;
  const hosts = scope.services.flatMap(({ apis }) =>
    apis.flatMap(({ endpoints }) => endpoints.map(({ host }) => host)),
  );
  return order.hosts.filter((host) => hosts.includes(host));
}

/** Who answers while this host is upgraded: those not upgraded yet, and after the last of them all that are. */
export function answering({ hosts, host }: { hosts: ApiHosts; host: HostName }): ApiHosts {
  const later = hosts.slice(hosts.indexOf(host) + 1);
  return later.length > 0 ? later : hosts.filter((one) => one !== host);
}

/** Requests go to these hosts and no others: they are seen up first, and those that leave finish what they were asked. */
export function requestsTo(options: { scope: Scope; label: string; ready: ApiHosts }): Batch[] {
  const { scope, label, ready } = options;
  return scope.services
    .filter(({ apis }) => apis.length > 0)
    .map((scoped) => {
      const map = mapOf({ scope, scoped, ready });
      const open = map.filter(({ state }) => state === 'ready');
      const left = map.filter(({ state }) => state === 'drain');
      const step = {
        id: `${label}/requests`,
        title: `requests to ${scoped.service.name} go to ${listed(ready)}`,
        map: [...open, ...map.filter(({ state }) => state !== 'ready')],
      };
      return batch({
        hosts: scope.loadBalancers,
        steps: onLoadBalancer({
          cloud: scope.cloud,
          haproxy: (socket) => [
            // HAProxy must see them up before anybody else leaves, or for a moment nobody serves.
            serversUp({ id: `${label}/requests-up`, socket, map: open }),
            serve({ ...step, socket }),
            ...(left.length === 0 ? [] : [drained({ id: `${label}/requests-drained`, socket, map: left })]),
          ],
          byHand: () => moveByHand({ scope, ...step }),
        }),
      });
    });
}

function mapOf(options: { scope: Scope; scoped: ScopedService; ready: ApiHosts }): Serving[] {
  const { scope, scoped, ready } = options;
  return scoped.apis.flatMap(({ balanced, unit }) =>
    balanced.map((server): Serving => {
      const host = hostOf({ server, scope });
      const open = host !== null && ready.includes(host);
      const state = server.administration !== 'ready' ? 'maint' : open ? 'ready' : 'drain';
      return { backend: server.backend, server: server.server, state, reaches: unitBehind({ server, unit, scope }) };
    }),
  );
}
