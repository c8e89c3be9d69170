import { listed, type HostName } from '../../schema/names';
import type { Step } from '../../schema/plan';
import { removeVhost } from '../commands/rabbitmq';
import { removeSideEngine, stopSideEngine } from '../commands/side-engine';
import { startUnit } from '../commands/systemd';
import { putConfigurationBackOn } from '../phases/packages-back';
import { batch, phase, type Drawn } from '../phases/phase';
import { ends, stealable, strandedNone, switched } from './leave';
import { mapFor, ownVhosts, type RollingScope } from './sides';
import { closeApis, cutOver, engines, engineUnit, names, seenUp, startApis, takeOut, whoServes } from './steps';

/*
 * What undoes the phases in which the side takes over (C.8): each from wherever its phase stopped, once all later ones
 * are undone. Every step says so itself when it finds its work done.
 */

interface Undo {
  readonly rolling: RollingScope;
  readonly allApis: readonly HostName[];
}

/** Nobody uses them any more; one in which a message lies stays, and a person is asked. */
export function undoVhosts({ rolling }: Pick<Undo, 'rolling'>): Drawn {
  const { scope } = rolling;
  const own = ownVhosts(rolling);
  return phase({
    scope,
    id: 'back-vhosts',
    title: `Back: ${own.length === 1 ? 'vhost' : 'vhosts'} ${listed(own)} ${own.length === 1 ? 'goes' : 'go'}`,
    impact: 'None: every API serves with the installed code.',
    batches: [
      batch({
        hosts: scope.brokers.slice(0, 1),
        steps: own.map((vhost) => removeVhost({ id: `back-vhosts/${vhost}`, vhost })),
      }),
    ],
  });
}

/** The side's work ends before its engine stops, here as well (R-HEAT-29); its APIs and its own engine join the old vhost. */
export function undoSide({ rolling, allApis }: Undo): Drawn {
  const { scope, scoped, side, vhosts } = rolling;
  const { service, unitHosts } = scoped;
  const label = 'back-side';
  const remaining = allApis.filter((host) => !side.apis.includes(host));
  const one = { label, service, rolling: rolling.rolling };
  return phase({
    scope,
    id: label,
    title: `Back: ${names(side)} to vhost ${vhosts.old}, the side engine goes`,
    impact: `The APIs of ${listed(remaining)} serve. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    batches: [
      takeOut({ rolling, label, ready: remaining }),
      ...closeApis({ rolling, label, hosts: side.apis }),
      switched({ rolling, moment: 'back-side', label }),
      ...ends({ rolling, moment: 'back-side', label }),
      batch({
        hosts: side.engines,
        steps: [stopSideEngine({ ...one, stopSeconds: engineUnit(rolling).stopSeconds, proved: false })],
      }),
      engines({ rolling, id: `${label}/no-engine`, vhost: vhosts.side, hosts: [] }),
      strandedNone({ rolling, moment: 'back-side', label }),
      batch({ hosts: side.engines, steps: [removeSideEngine(one)] }),
      // Not only the vhost: the pin of the notifications was this run's as well.
      ...scope.packageSets.map((set) =>
        putConfigurationBackOn({ scope, set, hosts: side.hosts, id: `${label}/configuration` }),
      ),
      batch({ hosts: side.engines, steps: startEngine({ rolling, label }) }),
      engines({
        rolling,
        id: `${label}/engines-consume`,
        vhost: vhosts.old,
        hosts: unitHosts[rolling.rolling.engineUnit] ?? [],
      }),
      ...startApis({ rolling, label, hosts: side.apis }),
      cutOver({ rolling, label, ready: allApis }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
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
    impact: `The APIs of ${listed(remaining)} serve with the installed code.`,
    batches: [cutOver({ rolling, label, ready: remaining })],
    serving: mapFor({ rolling, ready: remaining }),
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
    impact: `${whoServes(side.apis)} alone.`,
    batches: [
      batch({ hosts: scope.databases.slice(0, 1), steps: [stealable({ rolling, label })] }),
      batch({ hosts: there, steps: startEngine({ rolling, label }) }),
      ...startApis({ rolling, label, hosts: remaining }),
      seenUp({ rolling, label, hosts: remaining }),
    ],
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

export function startEngine(options: { rolling: RollingScope; label: string }): Step[] {
  const { name, ready } = engineUnit(options.rolling);
  const id = `${options.label}/start-${name}`;
  return [
    startUnit({ id, unit: name, requirements: ['R-HEAT-16'] }),
    ...ready.map((step) => ({ ...step, id: `${options.label}/ready-${name}` })),
  ];
}
