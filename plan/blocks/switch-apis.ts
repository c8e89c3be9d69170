import { type HostName, listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { apisAsConfigured, apisTalkOn, apisToVhost } from '../commands/transport';
import { joined } from '../scope/host-group';
import type { GuideScope } from '../scope/rolling-scope';
import { batch, type Drawn, phase } from './phase';
import { cutOver, takeOut } from './rotation';
import { apiUnits, closeApis, startApis } from './units';

interface Apis {
  readonly rolling: GuideScope;
  readonly label: string;
  readonly hosts: readonly HostName[];
}

/**
 * The APIs of the other hosts join the new vhost as they are (R-HEAT-19). Requests went to the lead alone before, so all
 * of them are out of rotation: one host after the other, each in again as soon as it is proved.
 */
export function switchApis({ rolling }: { rolling: GuideScope }): Drawn {
  const { scope, lead, rest, keeper, vhosts } = rolling;
  const others = joined(rest, keeper).apis;
  return phase({
    scope,
    id: 'switch-apis',
    title: `APIs of ${listed(others)}: the installed code joins vhost ${vhosts.next}`,
    batches: others.flatMap((host, index) => {
      const label = `switch-${host}`;
      return [
        ...closeApis({ rolling, label, hosts: [host] }),
        batch({ hosts: [host], steps: [apisToVhost({ ...apisOn({ rolling, label, host }), vhost: vhosts.next })] }),
        ...startApis({ rolling, label, hosts: [host] }),
        ...talking({ rolling, label, hosts: [host] }),
        cutOver({ rolling, label, ready: [...lead.apis, ...others.slice(0, index + 1)] }),
      ];
    }),
  });
}

/** A proof by behaviour would not show it: the old vhost still has engines. */
export function talking(options: Apis): Batch[] {
  const { rolling, hosts } = options;
  return hosts.map((host) =>
    batch({ hosts: [host], steps: [apisTalkOn({ ...apisOn({ ...options, host }), vhost: rolling.vhosts.next })] }),
  );
}

/** Before the APIs of these hosts start with the new code, which has its vhost from the configuration file. */
export function asConfigured(options: Apis): Batch[] {
  return options.hosts.map((host) => batch({ hosts: [host], steps: [apisAsConfigured(apisOn({ ...options, host }))] }));
}

function apisOn(options: Omit<Apis, 'hosts'> & { host: HostName }) {
  const { rolling, label, host } = options;
  const units = apiUnits(rolling).flatMap(({ name, on }) => (on.includes(host) ? [name] : []));
  return { label, service: rolling.scoped.service, units };
}

/*
 * What undoes the phases in which APIs of the installed code have joined the new vhost (R-HEAT-19, C.8). Which of them
 * serve there differs from phase to phase; that the lead does is sure, and that the keeper's engine still
 * runs on the old vhost, or runs there again.
 */

/**
 * Named by every such phase, and walked once, before the first of them is undone: requests leave the new vhost for the
 * old one. From then on nobody feeds the new one, and its engines can be emptied one after the other.
 */
export function turnBack({ rolling }: { rolling: GuideScope }): Drawn {
  const { scope, lead, rest, keeper, vhosts } = rolling;
  const label = 'back-turn';
  return phase({
    scope,
    id: label,
    title: `Rollback: ${listed(keeper.apis)} on vhost ${vhosts.old} again, requests go there`,
    batches: [
      takeOut({ rolling, label, ready: lead.apis }),
      ...closeApis({ rolling, label, hosts: joined(rest, keeper).apis }),
      ...asConfigured({ rolling, label, hosts: keeper.apis }),
      ...startApis({ rolling, label, hosts: keeper.apis }),
      cutOver({ rolling, label, ready: keeper.apis }),
      ...closeApis({ rolling, label, hosts: lead.apis }),
    ],
  });
}

/** The other APIs of the installed code, whose engines run on the old vhost again. */
export function undoSwitchApis({ rolling }: { rolling: GuideScope }): Drawn[] {
  const { scope, rest, keeper, vhosts } = rolling;
  const hosts = rest.apis;
  const label = 'back-switch-apis';
  if (hosts.length === 0) return [];
  return [
    phase({
      scope,
      id: label,
      title: `Rollback: ${listed(hosts)} on vhost ${vhosts.old} again`,
      batches: [
        ...asConfigured({ rolling, label, hosts }),
        ...startApis({ rolling, label, hosts }),
        cutOver({ rolling, label, ready: joined(rest, keeper).apis }),
      ],
    }),
  ];
}
