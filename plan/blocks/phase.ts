import { type HostName, listed, type SchemaName } from '../../schema/names';
import type { Batch, BoundProbe, Loss, Phase, Step, UndoPhase } from '../../schema/plan';
import { serve, type Serving } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { type Scope, unitBehind } from '../scope/scope';

export function batch(options: { hosts: readonly HostName[]; steps: readonly Step[] }): Batch {
  return { hosts: options.hosts, maxFailures: 0, steps: options.steps };
}

/** Statements and dumps run once, on the first database host by name. */
export function onDatabase(options: { scope: Pick<Scope, 'databases'>; steps: readonly Step[] }): Batch {
  return batch({ hosts: options.scope.databases.slice(0, 1), steps: options.steps });
}

/** RabbitMQ is asked and told once, on the first message broker by name. */
export function onBroker(options: { scope: Pick<Scope, 'brokers'>; steps: readonly Step[] }): Batch {
  return batch({ hosts: options.scope.brokers.slice(0, 1), steps: options.steps });
}

/** A phase; the request may ask for a gate before any of them. */
export function phase(options: {
  scope: Scope;
  id: string;
  title: string;
  impact: string;
  altersCloud?: boolean;
  preconditions?: readonly BoundProbe[];
  gate?: Phase['gate'];
  batches: readonly Batch[];
  serving?: readonly Serving[];
}): Drawn {
  const { scope, id, title } = options;
  const asked = scope.extraGates.includes(id) ? { question: `Start phase "${title}"?`, automatic: false } : null;
  return {
    id,
    title,
    impact: options.impact,
    altersCloud: options.altersCloud ?? true,
    preconditions: options.preconditions ?? [],
    gate: options.gate ?? asked,
    batches: options.batches.filter(({ hosts, steps }) => hosts.length > 0 && steps.length > 0),
    serving: servingBatch({ scope, phaseId: id, map: options.serving ?? [] }),
  };
}

function servingBatch(options: { scope: Scope; phaseId: string; map: readonly Serving[] }): Batch | null {
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

/** A phase before it is said how it is rolled back: no plan takes it as it is. */
export type Drawn = Omit<Phase, 'wayBack'>;

/** Undone by these phases, from wherever it stopped, once all later ones are undone. */
export function undoneBy(drawn: Drawn, ...phases: readonly Drawn[]): Phase {
  return { ...drawn, wayBack: { kind: 'undo', phases: phases.map(withoutGate) } };
}

/** It alters nothing but the run's own helpers. */
export function nothingToUndo(drawn: Drawn): Phase {
  return { ...drawn, wayBack: { kind: 'nothing' } };
}

/** From it on a rollback restores databases. */
export function restoredBy(drawn: Drawn, restore: { schemas: readonly SchemaName[]; loses: Loss }): Phase {
  return { ...drawn, wayBack: { kind: 'restore', ...restore } };
}

/** Whoever has chosen to roll back is not asked before each phase. */
function withoutGate({ id, title, impact, altersCloud, preconditions, batches, serving }: Drawn): UndoPhase {
  return { id, title, impact, altersCloud, preconditions, batches, serving };
}

/** Every server of the services: as surveyed, except that those of the named services are closed. */
export function servingMap(options: { scope: Scope; closed: readonly string[] }): Serving[] {
  const { scope, closed } = options;
  return scope.services.flatMap(({ service, apis }) =>
    apis.flatMap(({ balanced, unit }) =>
      balanced.map((server): Serving => ({
        backend: server.backend,
        server: server.server,
        state: closed.includes(service.name) || server.administration !== 'ready' ? 'maint' : 'ready',
        reaches: unitBehind({ server, unit, scope }),
      })),
    ),
  );
}

export function allClosed(scope: Scope): ReturnType<typeof servingMap> {
  return servingMap({ scope, closed: scope.services.map(({ service }) => service.name) });
}

/** Between the stop and the start of a full upgrade. */
export const down = 'The APIs stay down.';
