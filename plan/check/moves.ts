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
        ? startTooEarly({ ...options, unit: effect.unit })
        : stopWithWork({ state, id: boundUnit({ unit: effect.unit, host }) });
    case 'code':
      return Object.entries(state.running)
        .filter(([id, { fromPackages }]) => fromPackages && id.endsWith(`@${host}`))
        .map(([id]) => fault('codeUnderProcess', `packages are replaced while ${id} runs from them`));
    case 'schema':
      return missingDumps({ kind, state, schema: effect.schema }).map((dump) =>
        fault('schemaWithoutRestorePoint', `${effect.schema} is migrated without a ${dump}`),
      );
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

function startTooEarly(options: Move & { unit: string }): Fault[] {
  const { state, host, unit, effect } = options;
  const id = boundUnit({ unit, host });
  const begun = applied({ state, host, effect }).running[id];
  if (state.running[id] !== undefined || begun?.release !== 'target') return [];
  return Object.entries(state.schemas)
    .filter(([, { service, at }]) => service === begun.service && at !== 'target')
    .map(([schema]) => fault('startBeforeSchema', `${id} starts with new code before ${schema} is migrated`));
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
