import type { HostName, SchemaName } from '../../schema/names';
import type { Batch, BoundProbe, Loss, Phase, Step, UndoPhase, WayBack } from '../../schema/plan';
import type { Serving } from '../commands/haproxy';
import { type Scope, type ScopedService, unitBehind } from '../scope/scope';

export function batch(options: { hosts: readonly HostName[]; steps: readonly Step[] }): Batch {
  return { hosts: options.hosts, maxFailures: 0, steps: options.steps };
}

/**
 * Hosts on which the same steps run do them side by side: nobody waits for a look at another host. For looks alone: which host comes
 * first is given up.
 */
export function sideBySide(batches: readonly Batch[]): Batch[] {
  return batches.reduce<Batch[]>((merged, one) => {
    const at = merged.findIndex(({ steps }) => JSON.stringify(steps) === JSON.stringify(one.steps));
    return at === -1
      ? [...merged, one]
      : merged.map((other, index) => (index === at ? { ...other, hosts: [...other.hosts, ...one.hosts] } : other));
  }, []);
}

/** What one lane of a group does: its batches one after the other. */
export interface Lane {
  readonly lane: string;
  readonly batches: readonly Batch[];
}

/** Lanes that do not depend on each other, side by side. One alone is no group. */
export function inLanes(options: { group: string; lanes: readonly Lane[] }): Batch[] {
  const { group } = options;
  const lanes = options.lanes
    .map(({ lane, batches }) => ({
      lane,
      batches: batches.filter(({ hosts, steps }) => hosts.length > 0 && steps.length > 0),
    }))
    .filter(({ batches }) => batches.length > 0);
  if (lanes.length < 2) return lanes.flatMap(({ batches }) => batches);
  return lanes.flatMap(({ lane, batches }) => batches.map((one) => ({ ...one, beside: { group, lane } })));
}

/** Statements and dumps run once, on the first database host by name. */
export function onDatabase(options: { scope: Pick<Scope, 'databases'>; steps: readonly Step[] }): Batch {
  return batch({ hosts: options.scope.databases.slice(0, 1), steps: options.steps });
}

/** Proofs go out from the host that holds the administrator's credentials. */
export function onProofHost(options: { scope: Pick<Scope, 'proofHost'>; steps: readonly Step[] }): Batch {
  return batch({ hosts: [options.scope.proofHost], steps: options.steps });
}

/** One of several proofs side by side. */
export function proofLane({ lane, ...rest }: { lane: string; scope: Scope; steps: readonly Step[] }): Lane {
  return { lane, batches: [onProofHost(rest)] };
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
  altersCloud?: boolean;
  preconditions?: readonly BoundProbe[];
  gate?: Phase['gate'];
  batches: readonly Batch[];
}): Drawn {
  const { scope, id, title } = options;
  const asked = scope.extraGates.includes(id) ? { question: `Start phase "${title}"?`, automatic: false } : null;
  return {
    id,
    title,
    altersCloud: options.altersCloud ?? true,
    preconditions: options.preconditions ?? [],
    gate: options.gate ?? asked,
    batches: options.batches.filter(({ hosts, steps }) => hosts.length > 0 && steps.length > 0),
  };
}

/** A phase as its block draws it: neither what follows from its effects (plan/consequences.ts) nor its rollback is said. */
export type Drawn = Omit<Phase, 'wayBack' | 'impact' | 'serving'>;
export type DrawnUndo = Omit<UndoPhase, 'impact' | 'serving'>;

/** A phase with its rollback, in its place in an order. */
export interface Ordered extends Drawn {
  readonly wayBack:
    | Extract<WayBack, { kind: 'nothing' }>
    | { readonly kind: 'undo'; readonly phases: readonly DrawnUndo[] }
    | (Omit<Extract<WayBack, { kind: 'restore' }>, 'phases'> & { readonly phases: readonly DrawnUndo[] });
}

/** Undone by these phases, from wherever it stopped, once all later ones are undone. */
export function undoneBy(drawn: Drawn, ...phases: readonly Drawn[]): Ordered {
  return { ...drawn, wayBack: { kind: 'undo', phases: phases.map(drawnUndo) } };
}

/** The rollback with restore of a rolling run, before what follows from its effects is said. */
export interface DrawnRestore {
  readonly schemas: readonly SchemaName[];
  readonly phases: readonly DrawnUndo[];
  readonly preview: BoundProbe;
}

export function restoreDrawn(options: {
  schemas: readonly SchemaName[];
  phases: readonly Drawn[];
  preview: BoundProbe;
}): DrawnRestore {
  const { schemas, phases, preview } = options;
  return { schemas, phases: phases.map(drawnUndo), preview };
}

/** It alters nothing but the run's own helpers. */
export function nothingToUndo(drawn: Drawn): Ordered {
  return { ...drawn, wayBack: { kind: 'nothing' } };
}

/** From it on a rollback restores these databases, by these phases, before earlier phases are undone. */
export function restoredBy(
  drawn: Drawn,
  restore: {
    schemas: readonly SchemaName[];
    loses: Loss;
    phases: readonly Drawn[];
    preview: BoundProbe | null;
    /** Phases that need not be walked after these, which do the same. */
    instead?: readonly Drawn[];
  },
): Ordered {
  const { preview, phases, instead = [], ...rest } = restore;
  return {
    ...drawn,
    wayBack: {
      kind: 'restore',
      ...rest,
      phases: phases.map(drawnUndo),
      ...(preview === null || rest.loses === 'nothing' ? {} : { preview }),
      ...(instead.length === 0 ? {} : { instead: instead.map(({ id }) => id) }),
    },
  };
}

function drawnUndo({ id, title, altersCloud, preconditions, batches, gate }: Drawn): DrawnUndo {
  return { id, title, altersCloud, preconditions, batches, ...(gate === null ? {} : { gate }) };
}

/**
 * Every server of the services: as surveyed, except that those of the named services are closed, and those of hosts outside this
 * scope.
 */
export function servingMap(options: { scope: Scope; closed: readonly string[] }): Serving[] {
  const { scope, closed } = options;
  return scope.services.flatMap(({ service, hosts, apis }) =>
    apis.flatMap(({ balanced, unit }) =>
      balanced.map((server): Serving => {
        const reaches = unitBehind({ server, unit, scope });
        // A server of no host of the cloud file is in every scope.
        const inside = reaches === null || hosts.includes(reaches.host);
        const open = inside && !closed.includes(service.name) && server.administration === 'ready';
        return { backend: server.backend, server: server.server, state: open ? 'ready' : 'maint', reaches };
      }),
    ),
  );
}

/** Of these, the servers of one service. */
export function serversOf(options: { scope: Scope; scoped: ScopedService; closed?: readonly string[] }): Serving[] {
  const { scope, scoped, closed = [] } = options;
  const backends = scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  return servingMap({ scope, closed }).filter(({ backend }) => backends.includes(backend));
}
