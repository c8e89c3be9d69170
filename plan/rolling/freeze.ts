import type { Batch } from '../../schema/plan';
import { nothingInWork } from '../commands/freeze';
import { batch } from '../phases/phase';
import { repairOf } from './repair';
import type { RollingScope } from './sides';

/** FREEZE: nothing at all is in work, but for what was stuck before the run. A durable wait; then a person is asked. */
export function frozen(options: { rolling: RollingScope; id: string }): Batch {
  const { scope, scoped, rolling, accepted } = options.rolling;
  return batch({
    hosts: scope.databases.slice(0, 1),
    steps: [
      nothingInWork({
        id: options.id,
        service: scoped.service.name,
        schema: scoped.database.name,
        work: rolling.work,
        accepted,
        retryForSeconds: scope.cloud.policy.workEndsSeconds,
        repair: repairOf({ rolling: options.rolling, id: `${options.id}-repair` }),
      }),
    ],
  });
}
