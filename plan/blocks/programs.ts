import type { Batch } from '../../schema/plan';
import { placeProgram } from '../commands/programs';
import type { RollingScope } from '../scope/rolling-scope';
import { batch, onBroker } from './phase';
import { repairProgram } from './repair';

/** What the rolling steps call on controllers and broker; laid while everything serves. */
export function programsFor(options: { rolling: RollingScope }): Batch[] {
  const { scope, scoped } = options.rolling;
  const { programs } = scope;
  return [
    batch({ hosts: scoped.hosts, steps: [placeProgram({ name: 'service-transport', programs })] }),
    onBroker({ scope, steps: [placeProgram({ name: 'broker-vhost', programs })] }),
    repairProgram(options),
  ];
}
