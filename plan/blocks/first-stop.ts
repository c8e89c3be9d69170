import { listed } from '../../schema/names';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import type { RollingScope } from '../scope/sides';
import { stealable } from './empty-vhost';
import { frozen } from './freeze';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { repairOf } from './repair';
import { cutOver, names, takeOut } from './rotation';
import { closeApis, engineGone, engines, startApis, startEngine, stopEngines } from './units';

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
    gate: {
      question:
        `No ${work.noun} is in work now. The engine of ${names({ hosts: first.engines })} stops next, on the vhost that all use: a ${work.noun} ` +
        'that somebody starts in the half minute it needs may stay in progress for ever. Is nobody going to start one?',
      automatic: scope.openAutomatically,
    },
    batches: [
      takeOut({ rolling, label: 'first-stop', ready: side.apis }),
      ...closeApis({ rolling, label: 'first-stop', hosts: first.apis }),
      engines({ rolling, id: 'first-stop/engines', vhost: vhosts.old, hosts: [...first.engines, ...side.engines] }),
      frozen({ rolling, id: 'first-stop/nothing-in-work' }),
      stopEngines({ rolling, label: 'first-stop', hosts: first.engines }),
      onDatabase({
        scope,
        steps: [takeSwitched({ ...stopped, id: `${scoped.service.name}/in-work-stopped`, accepted })],
      }),
      engines({ rolling, id: 'first-stop/engine-left', vhost: vhosts.old, hosts: side.engines }),
      ...engineGone({ rolling, label: 'first-stop', hosts: first.engines }),
      onDatabase({
        scope,
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
  });
}

/*
 * What undoes the phases that only the guide's order has (C.8). The side here are all hosts but
 * the first, on the vhost that they always had.
 */

/** The first host as before, beside the others that never left. */
export function undoStopFirst({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-first-stop';
  const ready = [...first.apis, ...side.apis];
  return phase({
    scope,
    id: label,
    title: `Back: ${names(first)} on vhost ${vhosts.old}, in rotation`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: first.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts: [...first.engines, ...side.engines] }),
      ...startApis({ rolling, label, hosts: first.apis }),
      cutOver({ rolling, label, ready }),
    ],
  });
}
