import type { Batch } from '../../schema/plan';
import { backlogIsLow, backlogWatchEnds, watchBacklog } from '../commands/backlog';
import { fewMessagesWait } from '../commands/quiet-queues';
import type { Scope, ScopedService } from '../scope/scope';
import { growthLanes } from './growth';
import { batch, inLanes, onBroker } from './phase';

/*
 * How busy the services that measure are. Of several that can tell what waits, the first in start order does: the store itself, where it
 * is in the run.
 */

const tellsBacklog = ({ services }: Scope): ScopedService | undefined =>
  services.find(({ service }) => service.backlog !== undefined);

/** Runs to the end of the run, for the curve in the report. */
export function backlogWatched({ scope }: { scope: Scope }): Batch[] {
  const scoped = tellsBacklog(scope);
  const backlog = scoped?.service.backlog;
  if (scoped === undefined || backlog === undefined) return [];
  return [batch({ hosts: scoped.hosts.slice(0, 1), steps: [watchBacklog({ backlog })] })];
}

export function backlogWatchEnded({ scope }: { scope: Scope }): Batch[] {
  const hosts = tellsBacklog(scope)?.hosts.slice(0, 1) ?? [];
  return hosts.length === 0 ? [] : [batch({ hosts, steps: [backlogWatchEnds] })];
}

/**
 * Ideally during low activity, says the guide: measured while everything still serves, waited for, and then asked (R-CEIL-6). Meanwhile it is
 * read what is compared after the upgrade.
 */
export function quietHour({ scope }: { scope: Scope }): Batch[] {
  const retryForSeconds = scope.cloud.policy.workEndsSeconds;
  const scoped = tellsBacklog(scope);
  const backlog = scoped?.service.backlog;
  const queues = scope.services.flatMap(({ service: { name, title, publishing } }) =>
    publishing === undefined || scope.brokers.length === 0
      ? []
      : [fewMessagesWait({ service: name, title, queues: publishing.waitingQueues, retryForSeconds })],
  );
  return inLanes({
    group: 'quiet hour',
    lanes: [
      { lane: 'queues', batches: queues.length === 0 ? [] : [onBroker({ scope, steps: queues })] },
      {
        lane: 'backlog',
        batches:
          scoped === undefined || backlog === undefined
            ? []
            : [
                batch({
                  hosts: scoped.hosts.slice(0, 1),
                  steps: [backlogIsLow({ service: scoped.service.name, backlog, retryForSeconds })],
                }),
              ],
      },
      ...growthLanes({ scope, moment: 'before' }),
    ],
  });
}
