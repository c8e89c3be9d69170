import type { Batch } from '../../schema/plan';
import { queuesEmpty } from '../commands/rabbitmq';
import { type Moment, noneStealable, noneTaken, switchedEnds, takeSwitched } from '../commands/switched-work';
import { closeUnit } from '../commands/systemd';
import type { RollingScope, Side } from '../scope/sides';
import { batch, onDatabase, onBroker } from './phase';
import { repairOf } from './repair';
import { closeApis, engines, engineUnit } from './units';

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
export function ends(options: { rolling: RollingScope; moment: Moment; label: string }): Batch[] {
  const { rolling, moment, label } = options;
  const { scope } = rolling;
  const vhost = vhostLeft({ rolling, moment });
  const retryForSeconds = scope.cloud.policy.workEndsSeconds;
  const work = (id: 'work-ends' | 'still-ended'): Batch =>
    onDatabase({
      scope,
      steps: [
        switchedEnds({
          ...subject({ rolling, moment }),
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

export function strandedNone(options: { rolling: RollingScope; moment: Moment; label: string }): Batch {
  const { rolling, moment, label } = options;
  return onDatabase({
    scope: rolling.scope,
    steps: [
      switchedEnds({
        ...subject({ rolling, moment }),
        id: `${label}/none-stranded`,
        retryForSeconds: 0,
        repair: repairOf({ rolling, id: `${label}/none-stranded-repair` }),
      }),
      noneTaken({ ...subject({ rolling, moment }), id: `${label}/none-taken` }),
    ],
  });
}

function subject(options: { rolling: RollingScope; moment: Moment }) {
  const { rolling, moment } = options;
  const vhost = vhostLeft(options);
  return { schema: rolling.scoped.database.name, work: rolling.rolling.work, moment, vhost };
}

function vhostLeft(options: { rolling: RollingScope; moment: Moment }): string {
  const { old, side, next } = options.rolling.vhosts;
  return { old, side, 'back-next': next, 'back-side': side, stopped: old }[options.moment];
}

export function stealable(options: { rolling: RollingScope; label: string }): ReturnType<typeof noneStealable> {
  const { rolling, label } = options;
  return noneStealable({
    id: `${label}/none-stealable`,
    schema: rolling.scoped.database.name,
    work: rolling.rolling.work,
  });
}

/**
 * No API on the new vhost, its work ends, its engines stop: never one before it is empty (R-HEAT-29). That they stopped
 * gracefully is not asked for: this way also leads away from an engine that failed. What it stranded, the database says.
 */
export function leaveNew(options: {
  rolling: RollingScope;
  label: string;
  groups: readonly Side[];
  /** Whose engines are there still, because their turn comes next. */
  stay?: readonly Side[];
}): Batch[] {
  const { rolling, label, groups, stay = [] } = options;
  const unit = engineUnit(rolling);
  return [
    ...closeApis({ rolling, label, hosts: groups.flatMap(({ apis }) => apis) }),
    switched({ rolling, moment: 'back-next', label }),
    ...ends({ rolling, moment: 'back-next', label }),
    batch({
      hosts: groups.flatMap((group) => group.engines),
      steps: [closeUnit({ id: `${label}/stop-${unit.name}`, unit: unit.name, gracefulStopSeconds: null })],
    }),
    engines({
      rolling,
      id: stay.length === 0 ? `${label}/no-engine` : `${label}/engines-left`,
      vhost: rolling.vhosts.next,
      hosts: stay.flatMap((side) => side.engines),
    }),
    strandedNone({ rolling, moment: 'back-next', label }),
  ];
}
