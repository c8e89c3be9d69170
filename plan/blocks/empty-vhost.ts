import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { queuesEmpty } from '../commands/rabbitmq';
import { type Moment, noneStealable, noneTaken, switchedEnds, takeSwitched } from '../commands/switched-work';
import type { RollingScope } from '../scope/rolling-scope';
import { onBroker, onDatabase } from './phase';
import { repairOf } from './repair';
import { engineGone, engines } from './units';

/** A vhost that all its APIs have left. `moment` is when its work in progress was written down. */
export interface LeftVhost {
  readonly rolling: RollingScope;
  readonly label: string;
  readonly vhost: string;
  readonly moment: Moment;
}

/**
 * Empties a vhost and stops engines on it, never one before it is empty (R-HEAT-29): its APIs stop or are proved to talk
 * elsewhere, its work ends, no message is left, then the engines stop, and the database says that nothing was stranded.
 */
export function emptyVhost(
  options: LeftVhost & {
    /** Nobody feeds it from here on. */
    readonly apis: readonly Batch[];
    /** Writes down what is in progress; absent where the phase before, which moved the requests, has done it. */
    readonly noted?: Batch;
    readonly stop: Batch;
    /** Whose engines stay, because their turn comes later. */
    readonly stay?: readonly HostName[];
    /**
     * Where the database must know no engine any more: it stopped gracefully. Absent on a rollback, which also leads away from an
     * engine that failed.
     */
    readonly gone?: readonly HostName[];
  },
): Batch[] {
  const { rolling, label, vhost, apis, noted, stop, stay = [], gone } = options;
  const id = stay.length === 0 ? `${label}/no-engine` : `${label}/engines-left`;
  return [
    ...apis,
    ...(noted === undefined ? [] : [noted]),
    ...workEnds(options),
    stop,
    engines({ rolling, id, vhost, hosts: stay }),
    ...(gone === undefined ? [] : engineGone({ rolling, label, hosts: gone })),
    noneStranded(options),
  ];
}

/** Written down once no request is under way at the APIs that left (C.4). */
export function switched(options: { rolling: RollingScope; moment: Moment; label?: string }): Batch {
  const { rolling, moment } = options;
  const { scope, scoped, accepted } = rolling;
  const label = options.label ?? scoped.service.name;
  return onDatabase({
    scope,
    steps: [
      takeSwitched({
        id: `${label}/switched-${moment}`,
        schema: scoped.database.name,
        work: rolling.rolling.work,
        moment,
        accepted,
      }),
    ],
  });
}

/**
 * The database says that the work has ended, the broker that no message is left, the database says so again. All of
 * it while the engines run: with the last of them an unread message would be gone (facts 1, 11; R-HEAT-29).
 */
export function workEnds(options: LeftVhost): Batch[] {
  const { rolling, vhost, label } = options;
  const { scope } = rolling;
  const retryForSeconds = scope.cloud.policy.workEndsSeconds;
  const work = (id: 'work-ends' | 'still-ended'): Batch =>
    onDatabase({
      scope,
      steps: [
        switchedEnds({
          ...subject(options),
          id: `${label}/${id}`,
          retryForSeconds,
          repair: repairOf({ rolling, id: `${label}/${id}-repair` }),
          provesDrained: id === 'still-ended',
        }),
      ],
    });
  return [
    work('work-ends'),
    onBroker({
      scope,
      steps: [queuesEmpty({ id: `${label}/queues-empty`, vhost, queues: rolling.rolling.queues, retryForSeconds })],
    }),
    work('still-ended'),
  ];
}

function noneStranded(options: LeftVhost): Batch {
  const { rolling, label } = options;
  return onDatabase({
    scope: rolling.scope,
    steps: [
      switchedEnds({
        ...subject(options),
        id: `${label}/none-stranded`,
        retryForSeconds: 0,
        repair: repairOf({ rolling, id: `${label}/none-stranded-repair` }),
      }),
      noneTaken({ ...subject(options), id: `${label}/none-taken` }),
    ],
  });
}

function subject({ rolling, moment, vhost }: LeftVhost) {
  return { schema: rolling.scoped.database.name, work: rolling.rolling.work, moment, vhost };
}

export function stealable(options: { rolling: RollingScope; label: string }): ReturnType<typeof noneStealable> {
  const { rolling, label } = options;
  return noneStealable({
    id: `${label}/none-stealable`,
    schema: rolling.scoped.database.name,
    work: rolling.rolling.work,
  });
}
