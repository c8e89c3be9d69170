import { listed } from '../../schema/names';
import { type Venv, venvPort } from '../commands/venv';
import type { RollingScope } from '../scope/sides';
import { ends, strandedNone, switched } from './empty-vhost';
import { type Drawn, phase } from './phase';
import { cutOver, names, takeOut, whoServes } from './rotation';
import { closeApis, startApis } from './units';
import type { Undo } from './venv-code';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine } from './venv-units';

/** The side's APIs are reached at the ports of the environment. */
export function withVenvPorts(rolling: RollingScope): RollingScope {
  const { scoped, side, scope } = rolling;
  const addresses = side.apis.map((host) => scope.cloud.hosts[host]?.address);
  return {
    ...rolling,
    scoped: {
      ...scoped,
      apis: scoped.apis.map((one) => ({
        ...one,
        endpoints: one.endpoints.map(({ host, url }) =>
          side.apis.includes(host)
            ? { host, url: url.replace(`:${String(one.api.port)}`, `:${String(venvPort(one.api))}`) }
            : { host, url },
        ),
        balanced: one.balanced.map((server) =>
          addresses.includes(server.address) ? { ...server, port: venvPort(one.api) } : server,
        ),
      })),
    },
  };
}

/** Engine before APIs, proved at their own ports; only then does the load balancer look there. */
export function venvStart(options: { rolling: RollingScope; beside: RollingScope; venv: Venv }): Drawn {
  const { rolling, beside, venv } = options;
  const { scope, first, side, vhosts } = rolling;
  const label = 'venv-start';
  return phase({
    scope,
    id: label,
    title: `${names(side)} runs the new code beside the installed one, vhost ${vhosts.side}, out of rotation`,
    batches: [
      ...startVenvEngine({ rolling, beside, venv, label }),
      takeOut({ rolling, label, ready: first.apis }),
      // Their packaged APIs stop: else a health check with a port of its own would find the old ones up.
      ...closeApis({ rolling, label, hosts: side.apis }),
      ...startVenvApis({ rolling, beside, venv, label }),
    ],
  });
}

/** Requests go to the new code; from here on nobody gives the old vhost new work (R-HEAT-18). */
export function venvServes({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side } = rolling;
  return phase({
    scope,
    id: 'cut-over',
    title: `Requests go to ${listed(side.apis)} alone, where the new code runs beside the packages`,
    gate: {
      question:
        `The new code beside the packages of ${names(side)} is proved and gets no requests yet; ${whoServes(first.apis)} with the ` +
        'installed code. Until now going back takes the new code away and nothing else. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    batches: [cutOver({ rolling, label: 'cut-over', ready: side.apis }), switched({ rolling, moment: 'old' })],
  });
}

/** The same release serves from packages: nothing to decide, only to leave the vhost of the environment. */
export function packagesServe({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first } = rolling;
  return phase({
    scope,
    id: 'to-packages',
    title: `Requests go to ${listed(first.apis)}: the same release from packages`,
    batches: [cutOver({ rolling, label: 'to-packages', ready: first.apis }), switched({ rolling, moment: 'side' })],
  });
}

/** Its vhost runs dry, its units stop; the packaged APIs of the same host are reached at their own ports again. */
export function undoVenvStart({ rolling, venv, allApis }: Undo): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-venv-start';
  return phase({
    scope,
    id: label,
    title: `Back: vhost ${vhosts.side} runs dry, ${names(side)} serves with its packages`,
    batches: [
      takeOut({ rolling, label, ready: first.apis }),
      ...stopVenvApis({ rolling, venv, label, proved: false }),
      switched({ rolling, moment: 'back-side', label }),
      ...ends({ rolling, moment: 'back-side', label }),
      ...stopVenvEngine({ rolling, venv, label, proved: false }),
      strandedNone({ rolling, moment: 'back-side', label }),
      ...startApis({ rolling, label, hosts: side.apis }),
      cutOver({ rolling, label, ready: allApis }),
    ],
  });
}
