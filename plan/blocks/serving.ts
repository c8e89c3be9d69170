import { listed } from '../../schema/names';
import type { Batch, BoundProbe, Change } from '../../schema/plan';
import { serve, servesAs, type Serving } from '../commands/haproxy';
import { frontendsAs, setFrontends, type FrontStates } from '../commands/frontends';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import type { Scope } from '../scope/scope';
import { batch } from './phase';

/** What the load balancer lets through: servers, and the front ends that this plan opens and closes. */
export interface Served {
  readonly map: readonly Serving[];
  readonly fronts: Omit<FrontStates, 'socket'>;
}

interface Place {
  readonly scope: Scope;
  readonly phaseId: string;
  readonly served: Served;
}

/** At the end of a phase, and again by whoever stops in the next one. */
export function servingBatch({ scope, phaseId, served }: Place): Batch | null {
  const { map, fronts } = served;
  if (map.length === 0 || scope.loadBalancers.length === 0) return null;
  const step = { id: `${phaseId}/serving`, title: describe(map), map };
  return batch({
    hosts: scope.loadBalancers,
    steps: onLoadBalancer({
      cloud: scope.cloud,
      // After a reload all is open again: front ends close before servers come in, or users come in with them.
      haproxy: (socket) => [
        ...frontSteps({ phaseId, socket, fronts }),
        serve({ ...step, title: `load balancer: ${step.title}`, socket }),
      ],
      byHand: () => moveByHand({ scope, ...step }),
    }),
  });
}

function frontSteps(options: { phaseId: string; socket: string; fronts: Served['fronts'] }): Change[] {
  const { phaseId, socket, fronts } = options;
  const title = `load balancer: ${frontWords(fronts)}`;
  return isEmpty(fronts) ? [] : [setFrontends({ ...fronts, socket, id: `${phaseId}/fronts`, title })];
}

/** Before a phase: the load balancer is as the phase before it left it (R-HEAT-9). */
export function leftServing({ scope, phaseId, served }: Place): BoundProbe[] {
  const { map, fronts } = served;
  if (map.length === 0) return [];
  return onLoadBalancer({
    cloud: scope.cloud,
    haproxy: (socket) =>
      scope.loadBalancers.flatMap((host) => [
        { host, probe: servesAs({ id: `drift/serving-${phaseId}`, socket, map }) },
        ...(isEmpty(fronts)
          ? []
          : [{ host, probe: frontendsAs({ ...fronts, socket, id: `drift/fronts-${phaseId}` }) }]),
      ]),
    byHand: () => [],
  });
}

const isEmpty = ({ open, closed }: Served['fronts']): boolean => open.length + closed.length === 0;

function frontWords({ open, closed }: Served['fronts']): string {
  return [
    ...(open.length === 0 ? [] : [`${listed(open)} open`]),
    ...(closed.length === 0 ? [] : [`${listed(closed)} closed to users`]),
  ].join(', ');
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
