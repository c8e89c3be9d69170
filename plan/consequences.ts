import type { Effect, ServerId } from '../schema/effect';
import type { Batch, Phase, UndoPhase } from '../schema/plan';
import { undoOrder } from '../schema/walk-plan';
import { isUndone } from '../schema/way-back';
import type { DrawnUndo, Ordered } from './blocks/phase';
import { leftServing, type Served, servingBatch } from './blocks/serving';
import { stepsOf } from './check/walk';
import { after, type CloudState } from './cloud-state';
import type { Serving } from './commands/haproxy';
import { impactOf } from './render/impact';
import type { Scope } from './scope/scope';

interface Order {
  readonly scope: Scope;
  /** The surveyed cloud. */
  readonly before: CloudState;
  readonly phases: readonly Ordered[];
}

/** A phase, forward or back, with the state before its first step and after each of its steps. */
type Moments = readonly [CloudState, ...CloudState[]];

/**
 * What follows from the effects of an order's steps, and is therefore written by nobody: what users notice in each phase, the
 * state of the load balancer at its end, and the check before it that this is still so.
 */
export function withConsequences(order: Order): Phase[] {
  const { scope, before, phases } = order;
  const walked = walk({ before, phases });
  const moved = movedIn(phases);
  const undone = undoneIn({ phases, walked });
  return phases.map((phase, index) => {
    const moments = walked[index] ?? [before];
    const { id, batches, wayBack } = phase;
    return {
      ...phase,
      impact: impactOf({ moments, batches }),
      preconditions: [
        ...(index === 0 ? [] : leftServing({ scope, phaseId: id, served: servedIn({ state: moments[0], moved }) })),
        ...phase.preconditions,
      ],
      serving: servingBatch({ scope, phaseId: id, served: servedIn({ state: endOf(moments), moved }) }),
      wayBack:
        wayBack.kind === 'nothing'
          ? wayBack
          : { ...wayBack, phases: wayBack.phases.map((undo) => completeUndo({ order, undo, moved, undone })) },
    };
  });
}

type Undone = Readonly<Record<string, readonly Moments[]>>;

/**
 * A rollback may begin in any phase, however far it came: where the servers are then that the undo phase itself does not move, nobody knows.
 * What it leaves at the load balancer is said of those that it moves, and only where it is the same in all of these rollbacks. Its
 * impact is that in the longest rollback.
 */
function completeUndo(options: { order: Order; undo: DrawnUndo; moved: Moved; undone: Undone }): UndoPhase {
  const { undo, moved, undone } = options;
  const { scope, before } = options.order;
  const ways = undone[undo.id] ?? [];
  const own = effectsOf(undo.batches);
  const [served, ...others] = ways.map((moments) =>
    onlyOf({ own, served: servedIn({ state: endOf(moments), moved }) }),
  );
  const same = others.every((other) => JSON.stringify(other) === JSON.stringify(served));
  return {
    ...undo,
    impact: impactOf({ moments: ways.at(-1) ?? [before], batches: undo.batches }),
    serving: served !== undefined && same ? servingBatch({ scope, phaseId: undo.id, served }) : null,
  };
}

function effectsOf(batches: readonly Batch[]): readonly Effect[] {
  return stepsOf(batches).flatMap(({ step }) => ('effects' in step ? (step.effects ?? []) : []));
}

function onlyOf({ own, served }: { own: readonly Effect[]; served: Served }): Served {
  const servers = own.flatMap((one) => (one.kind === 'rotation' ? [one.server] : []));
  const frontends = own.flatMap((one) => (one.kind === 'frontend' ? [one.frontend] : []));
  const isOwn = (frontend: string): boolean => frontends.includes(frontend);
  return {
    map: served.map.filter(({ backend, server }) => servers.includes(`${backend}/${server}`)),
    fronts: { open: served.fronts.open.filter(isOwn), closed: served.fronts.closed.filter(isOwn) },
  };
}

/** By the id of the undo phase: its moments in the rollback from the end of every phase, in that order. */
function undoneIn(options: { phases: readonly Ordered[]; walked: readonly Moments[] }): Undone {
  const { phases, walked } = options;
  const rollbacks = phases.flatMap((_, index) => {
    const begun = phases.slice(0, index + 1);
    const state = walked[index]?.at(-1);
    if (state === undefined || !begun.every(({ wayBack }) => isUndone(wayBack))) return [];
    const order = undoOrder<DrawnUndo>(begun);
    return walk({ before: state, phases: order }).map((moments, place) => ({ id: order[place]?.id ?? '', moments }));
  });
  return Object.fromEntries(
    rollbacks.map(({ id }) => [id, rollbacks.filter((one) => one.id === id).map(({ moments }) => moments)]),
  );
}

function walk(options: { before: CloudState; phases: readonly { readonly batches: readonly Batch[] }[] }): Moments[] {
  const { before, phases } = options;
  return phases.reduce<readonly Moments[]>((walked, { batches }) => {
    const start: Moments = [walked.at(-1)?.at(-1) ?? before];
    const moments = stepsOf(batches).reduce<Moments>(
      (so, { host, step }) => [...so, after({ state: endOf(so), host, step })],
      start,
    );
    return [...walked, moments];
  }, []) as Moments[];
}

function endOf(moments: Moments): CloudState {
  return moments.at(-1) ?? moments[0];
}

/** What a plan moves beside the states of servers: only of these the rest is set and looked at. */
interface Moved {
  /** Reached at another address for a time. */
  readonly servers: readonly ServerId[];
  readonly frontends: readonly string[];
}

function movedIn(phases: readonly Ordered[]): Moved {
  const effects = [...phases, ...undoOrder<DrawnUndo>(phases)].flatMap(({ batches }) => effectsOf(batches));
  const servers = effects.flatMap((one) => (one.kind === 'rotation' && one.at !== undefined ? [one.server] : []));
  const frontends = effects.flatMap((one) => (one.kind === 'frontend' ? [one.frontend] : []));
  return { servers: [...new Set(servers)], frontends: [...new Set(frontends)] };
}

function servedIn({ state, moved }: { state: CloudState; moved: Moved }): Served {
  const isClosed = (frontend: string): boolean => state.closedFronts.includes(frontend);
  const { frontends } = moved;
  return {
    map: mapOf({ state, moved: moved.servers }),
    fronts: { open: frontends.filter((one) => !isClosed(one)), closed: frontends.filter(isClosed) },
  };
}

/** Every server of the services as this state has it. */
function mapOf({ state, moved }: { state: CloudState; moved: readonly ServerId[] }): Serving[] {
  return Object.entries(state.rotation).map(([id, { state: is, reaches, at }]) => {
    const [backend = '', server = ''] = id.split('/');
    return {
      backend,
      server,
      state: is,
      reaches,
      ...(at !== null && moved.includes(id as ServerId) ? { at } : {}),
    };
  });
}
