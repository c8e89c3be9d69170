import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import { closeUnit } from '../commands/systemd';
import { batch, phase, type Drawn } from '../phases/phase';
import { frozen } from './freeze';
import { repairOf } from './repair';
import { mapFor, type RollingScope } from './sides';
import { closeApis, engineGone, engines, engineUnit, leftServing, names, takeOut, whoServes } from './steps';

/** FREEZE, first half: a wait that may last, while everybody is served. The gate of the next phase follows it. */
export function freeze(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first, rolling: facts } = rolling;
  return phase({
    scope,
    id: 'freeze',
    title: `Nothing in work, so that an engine may stop`,
    impact: `None: every API serves. Nobody should start a ${facts.work.noun} from now until the engine of ${names({ hosts: first.engines })} has stopped.`,
    altersCloud: false,
    batches: [frozen({ rolling, id: 'freeze/nothing-in-work' })],
    serving: mapFor({ rolling, ready: [...first.apis, ...rolling.side.apis] }),
  });
}

/** What came in between the last look and the engine's end is written down and waited for (C.5). */
export function stopFirst(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, scoped, first, side, vhosts, accepted } = rolling;
  const { work } = rolling.rolling;
  const stopped = { schema: scoped.database.name, work, moment: 'stopped', vhost: vhosts.old } as const;
  return phase({
    scope,
    id: 'first-stop',
    title: `${names(first)} leaves: requests go to ${listed(side.apis)}, its engine stops`,
    impact: `${whoServes(side.apis)}. A ${work.noun} that is started while the engine stops may stay in progress for ever.`,
    gate: {
      question:
        `No ${work.noun} is in work now. The engine of ${names({ hosts: first.engines })} stops next, on the vhost that all use: a ${work.noun} ` +
        'that somebody starts in the half minute it needs may stay in progress for ever. Is nobody going to start one?',
      automatic: scope.openAutomatically,
    },
    preconditions: leftServing({ rolling, phaseId: 'first-stop', ready: [...first.apis, ...side.apis] }),
    batches: [
      takeOut({ rolling, label: 'first-stop', ready: side.apis }),
      ...closeApis({ rolling, label: 'first-stop', hosts: first.apis }),
      engines({ rolling, id: 'first-stop/engines', vhost: vhosts.old, hosts: [...first.engines, ...side.engines] }),
      frozen({ rolling, id: 'first-stop/nothing-in-work' }),
      stopEngines({ rolling, label: 'first-stop', hosts: first.engines }),
      batch({
        hosts: scope.databases.slice(0, 1),
        steps: [takeSwitched({ ...stopped, id: `${scoped.service.name}/in-work-stopped`, accepted })],
      }),
      engines({ rolling, id: 'first-stop/engine-left', vhost: vhosts.old, hosts: side.engines }),
      ...engineGone({ rolling, label: 'first-stop', hosts: first.engines }),
      batch({
        hosts: scope.databases.slice(0, 1),
        steps: [
          switchedEnds({
            ...stopped,
            id: 'first-stop/none-stranded',
            retryForSeconds: scope.cloud.policy.workEndsSeconds,
            repair: repairOf({ rolling, id: 'first-stop/none-stranded-repair' }),
          }),
        ],
      }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

export function stopEngines(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { name, stopSeconds } = engineUnit(rolling);
  return batch({
    hosts,
    steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: stopSeconds })],
  });
}
