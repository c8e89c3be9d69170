import { listed } from '../../schema/names';
import { switchedEnds, takeSwitched } from '../commands/switched-work';
import { joined } from '../scope/host-group';
import type { GuideScope } from '../scope/rolling-scope';
import { stealable } from './empty-vhost';
import { frozen } from './freeze';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { repairOf } from './repair';
import { cutOver, names, takeOut } from './rotation';
import { closeApis, closeEngines, engineGone, engines, startApis, startEngine } from './units';

/** What came in between the last look and the engine's end is written down and waited for (C.5). */
export function stopFirst(options: { rolling: GuideScope }): Drawn {
  const { rolling } = options;
  const { scope, scoped, lead, rest, keeper, vhosts, accepted } = rolling;
  const others = joined(rest, keeper);
  const label = 'first-stop';
  const { work } = rolling.rolling;
  const stopped = { schema: scoped.database.name, work, moment: 'stopped', vhost: vhosts.old } as const;
  return phase({
    scope,
    id: 'first-stop',
    title: `${names(lead)} leaves: requests go to ${listed(others.apis)}, its engine stops`,
    gate: {
      question:
        `No ${work.noun} is in progress now. The engine of ${names({ hosts: lead.engines })} stops next, on the vhost that all use: a ${work.noun} ` +
        'that is started in the 30 s it needs may stay in progress forever. Can you be sure that nobody starts one?',
      automatic: scope.openAutomatically,
    },
    batches: [
      takeOut({ rolling, label, ready: others.apis }),
      ...closeApis({ rolling, label, hosts: lead.apis }),
      engines({ rolling, id: 'first-stop/engines', vhost: vhosts.old, hosts: joined(lead, others).engines }),
      frozen({ rolling, id: 'first-stop/nothing-in-progress' }),
      closeEngines({ rolling, label, hosts: lead.engines }),
      onDatabase({
        scope,
        steps: [takeSwitched({ ...stopped, id: `${scoped.service.name}/in-progress-stopped`, accepted })],
      }),
      engines({ rolling, id: 'first-stop/engine-left', vhost: vhosts.old, hosts: others.engines }),
      ...engineGone({ rolling, label, hosts: lead.engines }),
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

/** The lead as before, beside the others that never left. */
export function undoStopFirst({ rolling }: { rolling: GuideScope }): Drawn {
  const { scope, lead, rest, keeper, vhosts } = rolling;
  const label = 'back-first-stop';
  const all = joined(lead, rest, keeper);
  return phase({
    scope,
    id: label,
    title: `Rollback: ${names(lead)} on vhost ${vhosts.old}, in rotation`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: lead.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts: all.engines }),
      ...startApis({ rolling, label, hosts: lead.apis }),
      cutOver({ rolling, label, ready: all.apis }),
    ],
  });
}
