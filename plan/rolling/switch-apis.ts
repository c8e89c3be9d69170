import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { apisAsConfigured, apisTalkOn, apisToVhost } from '../commands/transport';
import { batch, phase, type Drawn } from '../phases/phase';
import { mapFor, type RollingScope } from './sides';
import { apiUnits, closeApis, cutOver, leftServing, startApis, whoServes } from './steps';

/**
 * The APIs of the other hosts join the new vhost as they are (R-HEAT-19). Requests went to the first host alone before, so all
 * of them are out of rotation: one host after the other, each in again as soon as it is proved.
 */
export function switchApis({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side, vhosts } = rolling;
  return phase({
    scope,
    id: 'switch-apis',
    title: `APIs of ${listed(side.apis)}: the installed code joins vhost ${vhosts.next}`,
    impact: `${whoServes(first.apis)} alone; each of the others joins as soon as it is proved.`,
    preconditions: leftServing({ rolling, phaseId: 'switch-apis', ready: first.apis }),
    batches: side.apis.flatMap((host, index) => {
      const label = `switch-${host}`;
      return [
        ...closeApis({ rolling, label, hosts: [host] }),
        batch({ hosts: [host], steps: [apisToVhost({ ...apisOn({ rolling, label, host }), vhost: vhosts.next })] }),
        ...startApis({ rolling, label, hosts: [host] }),
        ...talking({ rolling, label, hosts: [host] }),
        cutOver({ rolling, label, ready: [...first.apis, ...side.apis.slice(0, index + 1)] }),
      ];
    }),
    serving: mapFor({ rolling, ready: [...first.apis, ...side.apis] }),
  });
}

/** A proof by behaviour would not show it: the old vhost still has engines. */
export function talking(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, hosts } = options;
  return hosts.map((host) =>
    batch({ hosts: [host], steps: [apisTalkOn({ ...apisOn({ ...options, host }), vhost: rolling.vhosts.next })] }),
  );
}

/** Before the APIs of these hosts start with the new code, which has its vhost from the configuration file. */
export function asConfigured(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  return options.hosts.map((host) => batch({ hosts: [host], steps: [apisAsConfigured(apisOn({ ...options, host }))] }));
}

function apisOn(options: { rolling: RollingScope; label: string; host: HostName }) {
  const { rolling, label, host } = options;
  const units = apiUnits(rolling).flatMap(({ name, on }) => (on.includes(host) ? [name] : []));
  return { label, service: rolling.scoped.service, units };
}
