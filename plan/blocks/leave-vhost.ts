import { type HostName, listed } from '../../schema/names';
import { closeUnit } from '../commands/systemd';
import type { RollingScope } from '../scope/sides';
import { ends, stealable, strandedNone, switched } from './empty-vhost';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { cutOver, seenUp } from './rotation';
import { closeApis, engineGone, engines, engineUnit, startApis, startEngine } from './units';

/**
 * The switch alone is a phase. Whoever stops in it gets the old map back, and behind that map every API still
 * runs; hence nothing is stopped before the next phase.
 */
export function leaveOld(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling } = options;
  const { scope, side } = rolling;
  return phase({
    scope,
    id: 'leave-old',
    title: `Requests go to ${listed(side.apis)} alone`,
    batches: [cutOver({ rolling, label: 'leave-old', ready: side.apis }), switched({ rolling, moment: 'old' })],
  });
}

/** No API on the old vhost, its work ends, its engines stop. Nothing starts there again by itself. */
export function emptyOld(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const unit = engineUnit(rolling);
  return phase({
    scope,
    id: 'empty-old',
    title: `Vhost ${vhosts.old}: its work ends, then its engines stop`,
    batches: [
      ...closeApis({ rolling, label: 'empty-old', hosts: allApis.filter((host) => !side.apis.includes(host)) }),
      ...ends({ rolling, moment: 'old', label: 'empty-old' }),
      batch({
        hosts: scoped.unitHosts[unit.name] ?? [],
        steps: [
          closeUnit({ id: `empty-old/stop-${unit.name}`, unit: unit.name, gracefulStopSeconds: unit.stopSeconds }),
        ],
      }),
      engines({ rolling, id: 'empty-old/no-engine', vhost: vhosts.old, hosts: [] }),
      ...engineGone({ rolling, label: 'empty-old', hosts: elsewhere(rolling) }),
      strandedNone({ rolling, moment: 'old', label: 'empty-old' }),
    ],
  });
}

/** Engine hosts without a side engine: theirs is the only row, and it must be gone (C.3). */
function elsewhere({ scoped, rolling, side }: RollingScope): HostName[] {
  return (scoped.unitHosts[rolling.engineUnit] ?? []).filter((host) => !side.engines.includes(host));
}

/*
 * What undoes the phases in which the side takes over (C.8): each from wherever its phase stopped, once all later ones
 * are undone. Every step says so itself when it finds its work done.
 */

export interface Undo {
  readonly rolling: RollingScope;
  readonly allApis: readonly HostName[];
}

/** Behind the old vhost every API still runs, or runs again: the switch the other way. */
export function undoLeaveOld({ rolling, allApis }: Undo): Drawn {
  const { scope, side } = rolling;
  const remaining = allApis.filter((host) => !side.apis.includes(host));
  const label = 'back-leave-old';
  return phase({
    scope,
    id: label,
    title: `Back: requests go to ${listed(remaining)}`,
    batches: [cutOver({ rolling, label, ready: remaining })],
  });
}

/**
 * Engines of the old vhost before its APIs (R-HEAT-20). The side's own engine stays stopped, if it was stopped: its
 * configuration names the side's vhost until the next phase. Beside code in an environment it never did.
 */
export function undoEmptyOld({ rolling, allApis }: Undo): Drawn {
  const { scope, scoped, rolling: own, side, vhosts } = rolling;
  const label = 'back-empty-old';
  const remaining = allApis.filter((host) => !side.apis.includes(host));
  const there = (scoped.unitHosts[own.engineUnit] ?? []).filter(
    (host) => rolling.venv !== null || !side.engines.includes(host),
  );
  return phase({
    scope,
    id: label,
    title: `Back: engines and APIs of vhost ${vhosts.old} start`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: there, steps: startEngine({ rolling, label }) }),
      ...startApis({ rolling, label, hosts: remaining }),
      seenUp({ rolling, label, hosts: remaining }),
    ],
  });
}
