import type { Batch } from '../../schema/plan';
import { startVenvUnit, stopVenvUnit, type Venv } from '../commands/venv';
import type { RollingScope } from '../scope/sides';
import { batch } from './phase';
import { seenUp, takeOut } from './rotation';
import { apiUnits, engines, engineUnit, proveApis } from './units';

/** Code beside the packages of the side: `rolling` with the packages' own ports, `beside` with those of the environment. */
export interface Beside {
  readonly rolling: RollingScope;
  readonly beside: RollingScope;
  readonly venv: Venv;
  readonly label: string;
}

/** An API has no work of its own to end; what it needs to answer what it began is systemd's usual time. */
const apiStopSeconds = 90;

export function startVenvEngine({ rolling, venv, label }: Beside): Batch[] {
  const { side, vhosts } = rolling;
  const { name: program, stopSeconds } = engineUnit(rolling);
  return [
    batch({ hosts: side.engines, steps: [startVenvUnit({ label, venv, program, role: 'engine', stopSeconds })] }),
    engines({ rolling, id: `${label}/engine-consumes`, vhost: vhosts.side, hosts: side.engines }),
  ];
}

/** Proved at their own ports while nobody is sent there; only then does the load balancer look there. */
export function startVenvApis({ rolling, beside, venv, label }: Beside): Batch[] {
  const { first, side } = rolling;
  return [
    ...apiUnits(rolling).map(({ name: program }) =>
      batch({
        hosts: side.apis,
        steps: [startVenvUnit({ label, venv, program, role: 'api', stopSeconds: apiStopSeconds })],
      }),
    ),
    proveApis({ rolling: beside, label, hosts: side.apis }),
    takeOut({ rolling: beside, label: `${label}-port`, ready: first.apis }),
    seenUp({ rolling: beside, label, hosts: side.apis }),
  ];
}

export function stopVenvApis(options: Omit<Beside, 'beside'> & { proved: boolean }): Batch[] {
  const { rolling, venv, label, proved } = options;
  return apiUnits(rolling).map(({ name: program }) =>
    batch({
      hosts: rolling.side.apis,
      steps: [stopVenvUnit({ label, venv, program, stopSeconds: apiStopSeconds, proved })],
    }),
  );
}

export function stopVenvEngine(options: Omit<Beside, 'beside'> & { proved: boolean }): Batch[] {
  const { rolling, venv, label, proved } = options;
  const { name: program, stopSeconds } = engineUnit(rolling);
  return [
    batch({ hosts: rolling.side.engines, steps: [stopVenvUnit({ label, venv, program, stopSeconds, proved })] }),
    engines({ rolling, id: `${label}/no-engine`, vhost: rolling.vhosts.side, hosts: [] }),
  ];
}

export function venvPrograms(rolling: RollingScope): string[] {
  return [...apiUnits(rolling).map(({ name }) => name), engineUnit(rolling).name];
}
