import { listed, type HostName } from '../../schema/names';
import type { Batch, Phase } from '../../schema/plan';
import { nobodyHolds, syncSchema } from '../commands/database';
import { configureVenv, makeVenv, removeVenv, venvPort, wheelsComplete, type Venv } from '../commands/venv';
import { prepare } from '../phases/prepare';
import { batch, phase, undoneBy, type Drawn } from '../phases/phase';
import {
  proveInstalled,
  undoCutOver,
  undoFirstCode,
  undoFirstStart,
  undoLast,
  undoSideCode,
  undoTidy,
} from './back-from-new';
import { undoEmptyOld, undoVhosts } from './back-to-old';
import { undoVenvCode, undoVenvGoes, undoVenvStart } from './back-venv';
import { emptyOld, ends, strandedNone, switched } from './leave';
import { makeVhosts, programsFor, tidyVhosts, verifyAll } from './round';
import { mapFor, type RollingScope } from './sides';
import { closeApis, cutOver, engineGone, leftServing, names, proofOn, takeOut, whoServes } from './steps';
import { firstCode, firstStart, sideCode, upgradeSide } from './upgrade-hosts';
import { startVenvApis, startVenvEngine, stopVenvApis, stopVenvEngine, venvPrograms } from './venv-units';

/**
 * The guide's order with its first step as printed: the new code in a virtual environment (R-HEAT-10). On the first
 * host it serves beside the installed code, on a vhost of its own, which is left again once all others have their
 * packages: so this engine, too, is empty when it stops (R-HEAT-29), and no engine of the old vhost stops in use.
 */
export function venvOrder(options: { rolling: RollingScope; venv: Venv; dumpSeconds: number }): readonly Phase[] {
  const { rolling, venv, dumpSeconds } = options;
  const { scope, first, side } = rolling;
  const allApis = [...first.apis, ...side.apis];
  const all = { rolling, allApis };
  const beside = withVenvPorts(rolling);
  return [
    undoneBy(
      prepare({ scope, dumpSeconds, also: [...wheels({ rolling, venv }), ...programsFor({ rolling })] }),
      proveInstalled(all),
    ),
    undoneBy(makeVhosts({ rolling }), undoVhosts({ rolling })),
    undoneBy(venvCode({ rolling, venv, allApis }), undoVenvCode({ ...all, venv })),
    undoneBy(venvStart({ rolling, beside, venv }), undoVenvStart({ ...all, venv })),
    undoneBy(
      venvServes({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'cut-over', to: first.apis, code: 'the installed code' }),
    ),
    undoneBy(emptyOld({ rolling: beside, allApis }), undoEmptyOld({ rolling: beside, allApis })),
    undoneBy(firstCode({ rolling: beside }), undoFirstCode({ rolling: beside })),
    undoneBy(firstStart({ rolling: beside }), undoFirstStart({ rolling: beside })),
    undoneBy(
      packagesServe({ rolling: beside }),
      undoCutOver({ rolling: beside, id: 'to-packages', to: side.apis, code: `the new code in ${venv.directory}` }),
    ),
    undoneBy(venvGoes({ rolling, beside, venv }), undoVenvGoes({ rolling, beside, venv })),
    undoneBy(sideCode({ rolling }), undoSideCode({ rolling, ready: first.apis })),
    undoneBy(upgradeSide(all), undoLast({ rolling, ready: first.apis })),
    undoneBy(verifyAll(all)),
    undoneBy(tidyVhosts(all), undoTidy({ rolling })),
  ];
}

/** The side's APIs are reached at the ports of the environment. */
function withVenvPorts(rolling: RollingScope): RollingScope {
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

function wheels(options: { rolling: RollingScope; venv: Venv }): Batch[] {
  const { rolling, venv } = options;
  const apis = rolling.scoped.apis.map(({ api }) => api);
  return [batch({ hosts: rolling.side.hosts, steps: [wheelsComplete({ venv, apis })] })];
}

/** No package changes, nothing starts. The installed code is proved with the new schema (R-HEAT-13). */
function venvCode(options: { rolling: RollingScope; venv: Venv; allApis: readonly HostName[] }): Drawn {
  const { rolling, venv, allApis } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const apis = scoped.apis.map(({ api }) => api);
  return phase({
    scope,
    id: 'venv',
    title: `New code in ${venv.directory} on ${names(side)}, and its schema`,
    impact: 'None: every API serves with the installed code.',
    preconditions: leftServing({ rolling, phaseId: 'venv', ready: allApis }),
    batches: [
      batch({
        hosts: side.hosts,
        steps: [makeVenv({ label: 'venv', venv }), configureVenv({ label: 'venv', venv, apis, vhost: vhosts.side })],
      }),
      batch({ hosts: scope.databases, steps: [nobodyHolds({ schema: scoped.database.name })] }),
      batch({
        hosts: side.engines,
        steps: [syncSchema({ service: scoped.service, schema: scoped.database.name, others: 'serving', beside: venv })],
      }),
      batch({
        hosts: [scope.proofHost],
        steps: allApis.flatMap((host) => proofOn({ rolling, label: 'venv', host })),
      }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** Engine before APIs, proved at their own ports; only then does the load balancer look there. */
function venvStart(options: { rolling: RollingScope; beside: RollingScope; venv: Venv }): Drawn {
  const { rolling, beside, venv } = options;
  const { scope, first, side, vhosts } = rolling;
  const label = 'venv-start';
  return phase({
    scope,
    id: label,
    title: `${names(side)} runs the new code beside the installed one, vhost ${vhosts.side}, out of rotation`,
    impact: `${whoServes(first.apis)}.`,
    preconditions: leftServing({ rolling, phaseId: label, ready: [...first.apis, ...side.apis] }),
    batches: [
      ...startVenvEngine({ rolling, beside, venv, label }),
      takeOut({ rolling, label, ready: first.apis }),
      // Their packaged APIs stop: else a health check with a port of its own would find the old ones up.
      ...closeApis({ rolling, label, hosts: side.apis }),
      ...startVenvApis({ rolling, beside, venv, label }),
    ],
    serving: mapFor({ rolling: beside, ready: first.apis }),
  });
}

/** Requests go to the new code; from here on nobody gives the old vhost new work (R-HEAT-18). */
function venvServes({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side } = rolling;
  return phase({
    scope,
    id: 'cut-over',
    title: `Requests go to ${listed(side.apis)} alone, where the new code runs beside the packages`,
    impact: `${whoServes(side.apis)} alone until the others follow.`,
    gate: {
      question:
        `The new code beside the packages of ${names(side)} is proved and gets no requests yet; ${whoServes(first.apis)} with the ` +
        'installed code. Until now going back takes the new code away and nothing else. Let the new code serve?',
      automatic: scope.openAutomatically,
    },
    preconditions: leftServing({ rolling, phaseId: 'cut-over', ready: first.apis }),
    batches: [cutOver({ rolling, label: 'cut-over', ready: side.apis }), switched({ rolling, moment: 'old' })],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The same release serves from packages: nothing to decide, only to leave the vhost of the environment. */
function packagesServe({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side } = rolling;
  return phase({
    scope,
    id: 'to-packages',
    title: `Requests go to ${listed(first.apis)}: the same release from packages`,
    impact: `${whoServes(first.apis)}.`,
    preconditions: leftServing({ rolling, phaseId: 'to-packages', ready: side.apis }),
    batches: [cutOver({ rolling, label: 'to-packages', ready: first.apis }), switched({ rolling, moment: 'side' })],
    serving: mapFor({ rolling, ready: first.apis }),
  });
}

/** No API on its vhost, its work ends, its engine stops; nothing of it is left, and the old port counts again. */
function venvGoes(options: { rolling: RollingScope; beside: RollingScope; venv: Venv }): Drawn {
  const { rolling, beside, venv } = options;
  const { scope, first, side, vhosts } = rolling;
  const label = 'empty-side';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.side}: its work ends, then the code beside the packages goes`,
    impact: `${whoServes(first.apis)} with the new code. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    preconditions: leftServing({ rolling: beside, phaseId: label, ready: first.apis }),
    batches: [
      ...stopVenvApis({ rolling, venv, label, proved: true }),
      ...ends({ rolling, moment: 'side', label }),
      ...stopVenvEngine({ rolling, venv, label, proved: true }),
      ...engineGone({ rolling, label, hosts: side.engines }),
      strandedNone({ rolling, moment: 'side', label }),
      takeOut({ rolling, label, ready: first.apis }),
      batch({ hosts: side.hosts, steps: [removeVenv({ label, venv, programs: venvPrograms(rolling) })] }),
    ],
    serving: mapFor({ rolling, ready: first.apis }),
  });
}
