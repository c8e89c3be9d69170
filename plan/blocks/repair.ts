import type { Batch, Repair } from '../../schema/plan';
import { placeProgram } from '../commands/programs';
import { carryOn } from '../commands/stuck-work';
import type { RollingScope } from '../scope/rolling-scope';
import { batch } from './phase';

/**
 * Carries stuck work on, when the gate that waits for it is answered so (R-HEAT-24, C.5). It reads the service's database
 * with the service's own configuration, so the host of the administrator's credentials has to be one of its hosts.
 */
export function repairOf(options: { rolling: RollingScope; id: string }): Repair | undefined {
  const { scope, scoped, rolling, accepted } = options.rolling;
  if (!possible(options.rolling)) return undefined;
  const { service } = scoped;
  const { credentials } = scope.cloud.openstack;
  return {
    host: scope.proofHost,
    step: carryOn({ id: options.id, service, work: rolling.work, credentials, accepted }),
  };
}

/** Laid before anything is altered: at its gate it is there. */
export function repairProgram({ rolling }: { rolling: RollingScope }): Batch {
  const { scope, rolling: own } = rolling;
  return batch({
    hosts: possible(rolling) ? [scope.proofHost] : [],
    steps: [placeProgram({ name: own.work.repairProgram, programs: scope.programs })],
  });
}

function possible({ scope, scoped }: RollingScope): boolean {
  return scoped.hosts.includes(scope.proofHost);
}
