import type { Effect } from '../../schema/effect';
import type { HostName } from '../../schema/names';
import type { Plan } from '../../schema/plan';
import { applied, boundUnit, type CloudState } from '../cloud-state';
import { fault, type Fault } from './plan-rule';

interface Move {
  readonly kind: Plan['kind'];
  readonly state: CloudState;
  readonly host: HostName;
  readonly effect: Effect;
}

/** What an effect may not do in this state. */
export function forbiddenMoves(options: Move): Fault[] {
  const { kind, state, host, effect } = options;
  switch (effect.kind) {
    case 'process':
      return effect.runs
        ? [...startTooEarly({ ...options, unit: effect.unit }), ...startForNobody({ state, host, unit: effect.unit })]
        : stopWithWork({ state, id: boundUnit({ unit: effect.unit, host }) });
    case 'code':
      return Object.entries(state.running)
        .filter(([id, { fromPackages }]) => fromPackages && id.endsWith(`@${host}`))
        .map(([id]) => fault('codeUnderProcess', `packages are replaced while ${id} runs from them`));
    case 'schema':
      return effect.at === 'before' ? restoreTooEarly({ state, effect }) : migrateTooEarly({ kind, state, effect });
    case 'rotation':
    case 'frontend':
    case 'reload':
    case 'vhost':
    case 'configuration':
    case 'thing':
      return [];
    default:
      return effect satisfies never;
  }
}

type SchemaMove = Extract<Effect, { kind: 'schema' }>;

function migrateTooEarly(options: { kind: Plan['kind']; state: CloudState; effect: SchemaMove }): Fault[] {
  const { schema } = options.effect;
  return missingDumps({ ...options, schema }).map((dump) =>
    fault('schemaWithoutRestorePoint', `${schema} is migrated without a ${dump}`),
  );
}

/** The dump that is loaded (one that was made beside writers: loaded before, which tells its rows), and one of the state that the restore replaces: else a second thought comes too late. */
function restoreTooEarly({ state, effect }: { state: CloudState; effect: SchemaMove }): Fault[] {
  const { schema, service, from } = effect;
  const loaded =
    from === 'prepare'
      ? ([`dump ${schema} prepare`, `loaded dump ${schema}`] as const)
      : ([`dump ${schema} final`] as const);
  const needed = [...loaded, `dump ${schema} failed` as const];
  return [
    ...needed
      .filter((dump) => !state.things.includes(dump))
      .map((dump) => fault('schemaWithoutRestorePoint', `${schema} is restored without a ${dump}`)),
    ...Object.entries(state.running)
      .filter(([, process]) => process.service === service)
      .map(([id]) => fault('restoreUnderService', `${schema} is restored while ${id} runs`)),
  ];
}

function startTooEarly(options: Move & { unit: string }): Fault[] {
  const { kind, state, host, unit, effect } = options;
  const id = boundUnit({ unit, host });
  const begun = applied({ state, host, effect }).running[id];
  if (state.running[id] !== undefined || begun === undefined) return [];
  const own = Object.entries(state.schemas).filter(([, { service }]) => service === begun.service);
  if (begun.release === 'target')
    return own
      .filter(([, { at }]) => at !== 'target')
      .map(([schema]) => fault('startBeforeSchema', `${id} starts with new code before ${schema} is migrated`));
  // A rolling upgrade's guide says that the installed code goes on with the migrated schema; a full one's says nothing. A polling agent never meets it.
  const meetsSchema = kind === 'full' && state.before.units[unit]?.handsOn !== true;
  return own
    .filter(([, { at }]) => meetsSchema && at !== 'before')
    .map(([schema]) => fault('oldCodeOnNewSchema', `${id} starts with the installed code on the migrated ${schema}`));
}

/** Proved by what arrives, which passes those that take it, on whatever host. */
function startForNobody(options: Pick<Move, 'state' | 'host'> & { unit: string }): Fault[] {
  const { state, host, unit } = options;
  const takers = state.before.units[unit]?.handsTo ?? [];
  const id = boundUnit({ unit, host });
  const taken = Object.keys(state.running).some((one) => takers.some((taker) => one.startsWith(`${taker}@`)));
  if (takers.length === 0 || taken || state.running[id] !== undefined) return [];
  return [fault('startsForNobody', `${id} starts while nobody takes what it sends (${takers.join(', ')})`)];
}

function stopWithWork(options: { state: CloudState; id: string }): Fault[] {
  const { state, id } = options;
  const process = state.running[id];
  if (process?.role !== 'engine' || process.channel === null) return [];
  if (!state.fed.includes(process.channel) || state.idle.includes(process.service)) return [];
  return [fault('engineStopsWithWork', `${id} stops while work may be in progress on ${process.channel}`)];
}

function missingDumps(options: { kind: Plan['kind']; state: CloudState; schema: string }): string[] {
  const { kind, state, schema } = options;
  const needed = [
    `dump ${schema} prepare` as const,
    `loaded dump ${schema}` as const,
    // Where the service is silent, nothing that was written since may be lost by a restore.
    ...(kind === 'full' ? [`dump ${schema} final` as const] : []),
  ];
  return needed.filter((dump) => !state.things.includes(dump));
}
