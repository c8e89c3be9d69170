import type { BalancedServer } from '../../catalog/platform/haproxy';
import type { Batch } from '../../schema/plan';
import { startVenvUnit, stopVenvUnit, venvPort } from '../commands/venv';
import { hostOf } from '../scope/scope';
import type { VenvScope } from '../scope/rolling-scope';
import { batch } from './phase';
import { seenUp, takeOut } from './rotation';
import { apiUnits, engines, engineUnit, proveApis } from './units';

/** Code beside the packages of the lead. */
interface Beside {
  readonly rolling: VenvScope;
  readonly label: string;
}

/** An API has no work of its own to end; what it needs to answer what it began is systemd's usual time. */
const apiStopSeconds = 90;

/** The lead's APIs are reached at the ports of the environment. */
export function withVenvPorts(rolling: VenvScope): VenvScope {
  const { scoped, lead, scope } = rolling;
  const isLead = (server: BalancedServer): boolean => {
    const host = hostOf({ server, scope });
    return host !== null && lead.apis.includes(host);
  };
  return {
    ...rolling,
    scoped: {
      ...scoped,
      apis: scoped.apis.map((one) => ({
        ...one,
        endpoints: one.endpoints.map(({ host, url }) =>
          lead.apis.includes(host)
            ? { host, url: url.replace(/:\d+$/, `:${String(venvPort(one.api))}`) }
            : { host, url },
        ),
        balanced: one.balanced.map((server) => (isLead(server) ? { ...server, port: venvPort(one.api) } : server)),
      })),
    },
  };
}

export function startVenvEngine({ rolling, label }: Beside): Batch[] {
  const { lead, venv, vhosts } = rolling;
  const { name: program, stopSeconds } = engineUnit(rolling);
  return [
    batch({ hosts: lead.engines, steps: [startVenvUnit({ label, venv, program, role: 'engine', stopSeconds })] }),
    engines({ rolling, id: `${label}/engine-consumes`, vhost: vhosts.side, hosts: lead.engines }),
  ];
}

/** Proved at their own ports while nobody is sent there; only then does the load balancer look there. */
export function startVenvApis({ rolling, label }: Beside): Batch[] {
  const { lead, rest, venv } = rolling;
  const beside = withVenvPorts(rolling);
  return [
    ...apiUnits(rolling).map(({ name: program }) =>
      batch({
        hosts: lead.apis,
        steps: [startVenvUnit({ label, venv, program, role: 'api', stopSeconds: apiStopSeconds })],
      }),
    ),
    proveApis({ rolling: beside, label, hosts: lead.apis }),
    takeOut({ rolling: beside, label: `${label}-port`, ready: rest.apis }),
    seenUp({ rolling: beside, label, hosts: lead.apis }),
  ];
}

export function stopVenvApis({ rolling, label, proved }: Beside & { proved: boolean }): Batch[] {
  const { lead, venv } = rolling;
  return apiUnits(rolling).map(({ name: program }) =>
    batch({
      hosts: lead.apis,
      steps: [stopVenvUnit({ label, venv, program, stopSeconds: apiStopSeconds, proved })],
    }),
  );
}

export function stopVenvEngine({ rolling, label, proved }: Beside & { proved: boolean }): Batch {
  const { lead, venv } = rolling;
  const { name: program, stopSeconds } = engineUnit(rolling);
  return batch({ hosts: lead.engines, steps: [stopVenvUnit({ label, venv, program, stopSeconds, proved })] });
}

export function venvPrograms(rolling: VenvScope): string[] {
  return [...apiUnits(rolling).map(({ name }) => name), engineUnit(rolling).name];
}
