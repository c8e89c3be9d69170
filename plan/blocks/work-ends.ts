import type { Batch, Step } from '../../schema/plan';
import { noMessageWaits } from '../commands/rabbitmq';
import { firstLook, lastLook, noneStranded, workEndsTwice } from '../commands/work';
import type { Scope, ScopedSchema, ScopedService } from '../scope/scope';
import { onBroker, onDatabase } from './phase';

interface Work {
  readonly scope: Scope;
  readonly scoped: ScopedService;
  /** Ends the ids. */
  readonly when: string;
  /** Before a restore: the one before it may have ended half-way. */
  readonly mayBeGone?: true;
}

/** What a stop would strand, of one service: nothing is in progress, seen twice ten seconds apart. */
export function workEnds(options: Work): Batch[] {
  const { scope } = options;
  return [onDatabase({ scope, steps: looks({ ...options, look: workEndsTwice }) })];
}

/**
 * A moment without work, while everybody is served: from here on the APIs may close for a short time only. It proves nothing, because
 * work may begin with the next request: `workEndsClosed` does.
 */
export function workPauses({ scope, scoped, when }: Work): Batch[] {
  return [onDatabase({ scope, steps: looks({ scope, scoped, when, look: firstLook }) })];
}

/**
 * The same while the APIs are closed, where every second is one of the outage. Where engines take work from queues of which the broker
 * tells, no time has to pass between two looks: what is in no row of the database is a message, and what was a message at the
 * second look is a row at the third (docs/decisions/0012). Only closed APIs give no new work meanwhile. Where an API does its work itself
 * and writes a row before it answers, there is nothing but rows.
 */
export function workEndsClosed(options: Work): Batch[] {
  const { scope, scoped, when } = options;
  const { service, engineVhost } = scoped;
  if (scoped.schemas.every(({ schema }) => schema.workInFlight?.rowBeforeAnswer === true))
    return [onDatabase({ scope, steps: looks({ ...options, look: lastLook }) })];
  if (service.rolling === null || engineVhost === null || scope.brokers.length === 0) return workEnds(options);
  const { queues } = service.rolling;
  const retryForSeconds = scope.cloud.policy.workEndsSeconds;
  return [
    onDatabase({ scope, steps: looks({ ...options, when: `${when}-first`, look: firstLook }) }),
    onBroker({
      scope,
      steps: [
        noMessageWaits({ id: `${service.name}/no-message-${when}`, vhost: engineVhost, queues, retryForSeconds }),
      ],
    }),
    onDatabase({ scope, steps: looks({ ...options, look: lastLook }) }),
  ];
}

/** After the engines have stopped: nothing was left half-done by the stop, while the installed code can still finish it. */
export function nothingStranded({ scope, scoped }: Omit<Work, 'when'>): Batch[] {
  if (scoped.service.units.every(({ api }) => api !== null)) return [];
  return [onDatabase({ scope, steps: looks({ scope, scoped, when: 'stopped', look: noneStranded }) })];
}

type Look = (options: Parameters<typeof workEndsTwice>[0]) => Step;

function looks(options: Work & { readonly look: Look }): Step[] {
  return options.scoped.schemas.flatMap((one) => lookAt({ ...options, one }));
}

function lookAt(options: Work & { readonly one: ScopedSchema; readonly look: Look }): Step[] {
  const { scope, scoped, one, when, look, mayBeGone } = options;
  const { schema, database } = one;
  if (schema.workInFlight === null) return [];
  return [
    look({
      id: `${schema.id}/work-ends-${when}`,
      service: scoped.service.name,
      schema: database.name,
      work: schema.workInFlight,
      accepted: scope.acceptedStuck[scoped.service.name] ?? [],
      retryForSeconds: scope.cloud.policy.workEndsSeconds,
      ...(mayBeGone === undefined ? {} : { mayBeGone }),
    }),
  ];
}
