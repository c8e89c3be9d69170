import { listed } from '../../schema/names';
import type { Batch, BoundProbe } from '../../schema/plan';
import { serve, servesAs, type Serving } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import type { Scope } from '../scope/scope';
import { batch } from './phase';

/** At the end of a phase, and again by whoever stops in the next one. */
export function servingBatch(options: { scope: Scope; phaseId: string; map: readonly Serving[] }): Batch | null {
  const { scope, phaseId, map } = options;
  if (map.length === 0 || scope.loadBalancers.length === 0) return null;
  const step = { id: `${phaseId}/serving`, title: describe(map), map };
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      haproxy: (socket) => [serve({ ...step, title: `load balancer: ${step.title}`, socket })],
      byHand: () => moveByHand({ scope, ...step }),
    }),
  });
}

/** Before a phase: the load balancer is as the phase before it left it (R-HEAT-9). */
export function leftServing(options: { scope: Scope; phaseId: string; map: readonly Serving[] }): BoundProbe[] {
  const { scope, phaseId, map } = options;
  if (map.length === 0) return [];
  return onLoadBalancer({
    cloud: scope.cloud,
    haproxy: (socket) =>
      scope.loadBalancers.map((host) => ({
        host,
        probe: servesAs({ id: `drift/serving-${phaseId}`, socket, map }),
      })),
    byHand: () => [],
  });
}

function describe(map: readonly Serving[]): string {
  const backends = [...new Set(map.map(({ backend }) => backend))];
  return backends
    .map((backend) => {
      const own = map.filter((one) => one.backend === backend);
      const ready = own.filter(({ state }) => state === 'ready').map(({ server }) => server);
      if (ready.length === 0) return `${backend} closed`;
      return ready.length === own.length ? `${backend} open` : `${backend} only ${listed(ready)}`;
    })
    .join(', ');
}
