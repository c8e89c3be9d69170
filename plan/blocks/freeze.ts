import type { Batch } from '../../schema/plan';
import { nothingInWork } from '../commands/freeze';
import type { GuideScope, RollingScope } from '../scope/rolling-scope';
import { type Drawn, phase, onDatabase } from './phase';
import { repairOf } from './repair';

/** FREEZE: nothing at all is in progress, but for what was stuck before the run. A durable wait; then a person is asked. */
export function frozen(options: { rolling: RollingScope; id: string }): Batch {
  const { scope, scoped, rolling, accepted } = options.rolling;
  return onDatabase({
    scope,
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

/** FREEZE, first half: a wait that may last, while everybody is served. The gate of the next phase follows it. */
export function freeze(options: { rolling: GuideScope }): Drawn {
  const { rolling } = options;
  const { scope, rolling: facts } = rolling;
  return phase({
    scope,
    id: 'freeze',
    title: `No ${facts.work.noun} in progress, and nobody starts one: an engine may stop`,
    altersCloud: false,
    batches: [frozen({ rolling, id: 'freeze/nothing-in-progress' })],
  });
}
