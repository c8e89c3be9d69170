import { listed } from '../../schema/names';
import { everyApi, type VenvScope } from '../scope/rolling-scope';
import { emptyVhost, switched } from './empty-vhost';
import { type Drawn, phase } from './phase';
import { cutOver, names, takeOut, whoServes } from './rotation';
import { closeApis, startApis } from './units';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine } from './venv-units';

/** Engine before APIs, proved at their own ports; only then does the load balancer look there. */
export function venvStart({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, lead, rest, vhosts } = rolling;
  const label = 'venv-start';
  return phase({
    scope,
    id: label,
    title: `${names(lead)} runs the new code beside the installed one, vhost ${vhosts.side}, out of rotation`,
    batches: [
      ...startVenvEngine({ rolling, label }),
      takeOut({ rolling, label, ready: rest.apis }),
      // Their packaged APIs stop: else a health check with a port of its own would find the old ones up.
      ...closeApis({ rolling, label, hosts: lead.apis }),
      ...startVenvApis({ rolling, label }),
    ],
  });
}

/** Requests go to the new code; from here on nobody gives the old vhost new work (R-HEAT-18). */
export function venvServes({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, lead, rest } = rolling;
  return phase({
    scope,
    id: 'cut-over',
    title: `Requests go to ${listed(lead.apis)} alone, where the new code runs beside the packages`,
    gate: {
      question:
        `The new code beside the packages of ${names(lead)} is proved and gets no requests yet; ${whoServes(rest.apis)} with the ` +
        'installed code. Until now a rollback only removes the new code. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    batches: [cutOver({ rolling, label: 'cut-over', ready: lead.apis }), switched({ rolling, moment: 'old' })],
  });
}

/** The same release serves from packages: nothing to decide, only to leave the vhost of the environment. */
export function packagesServe({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, rest } = rolling;
  return phase({
    scope,
    id: 'to-packages',
    title: `Requests go to ${listed(rest.apis)}: the same release from packages`,
    batches: [cutOver({ rolling, label: 'to-packages', ready: rest.apis }), switched({ rolling, moment: 'side' })],
  });
}

/** Its vhost runs dry, its units stop; the packaged APIs of the same host are reached at their own ports again. */
export function undoVenvStart({ rolling }: { rolling: VenvScope }): Drawn {
  const { scope, lead, rest, vhosts } = rolling;
  const label = 'back-venv-start';
  const moment = 'back-side';
  return phase({
    scope,
    id: label,
    title: `Rollback: vhost ${vhosts.side} is emptied, ${names(lead)} serves with its packages`,
    batches: [
      takeOut({ rolling, label, ready: rest.apis }),
      ...emptyVhost({
        rolling,
        label,
        vhost: vhosts.side,
        moment,
        apis: stopVenvApis({ rolling, label, proved: false }),
        noted: switched({ rolling, moment, label }),
        stop: stopVenvEngine({ rolling, label, proved: false }),
      }),
      ...startApis({ rolling, label, hosts: lead.apis }),
      cutOver({ rolling, label, ready: everyApi(rolling) }),
    ],
  });
}
