import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { queuesEmpty } from '../commands/rabbitmq';
import { configureSideEngine, removeSideEngine, startSideEngine, stopSideEngine } from '../commands/side-engine';
import { noneStealable, noneTaken, switchedEnds, takeSwitched, type Moment } from '../commands/switched-work';
import { closeUnit } from '../commands/systemd';
import { setVhost } from '../commands/transport';
import { batch, phase, type Drawn } from '../phases/phase';
import { repairOf } from './repair';
import type { RollingScope } from './sides';
import { mapFor } from './sides';
import {
  closeApis,
  cutOver,
  engineGone,
  engines,
  engineUnit,
  leftServing,
  names,
  seenUp,
  startApis,
  takeOut,
  whoServes,
} from './steps';

/** The installed code a second time, on a vhost of its own, with APIs that are proved before they serve. */
export function raiseSide(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const remaining = allApis.filter((host) => !side.apis.includes(host));
  const { service } = scoped;
  return phase({
    scope,
    id: 'side',
    title: `Side engine on ${names(side)}: the installed code, a vhost of its own`,
    impact: `The APIs of ${listed(remaining)} serve; those of ${listed(side.apis)} get no requests.`,
    preconditions: leftServing({ rolling, phaseId: 'side', ready: allApis }),
    batches: [
      batch({ hosts: scope.databases.slice(0, 1), steps: [stealable({ rolling, label: 'side' })] }),
      batch({
        hosts: side.engines,
        steps: [
          configureSideEngine({ label: 'side', service, rolling: rolling.rolling, vhost: vhosts.side }),
          startSideEngine({
            label: 'side',
            service,
            rolling: rolling.rolling,
            stopSeconds: engineUnit(rolling).stopSeconds,
          }),
        ],
      }),
      engines({ rolling, id: 'side/engine-consumes', vhost: vhosts.side, hosts: side.engines }),
      takeOut({ rolling, label: 'side', ready: remaining }),
      ...closeApis({ rolling, label: 'side', hosts: side.apis }),
      batch({
        hosts: side.apis,
        steps: [setVhost({ id: 'side/vhost', configFile: service.configFile, vhost: vhosts.side })],
      }),
      ...startApis({ rolling, label: 'side', hosts: side.apis }),
      seenUp({ rolling, label: 'side', hosts: side.apis }),
    ],
    serving: mapFor({ rolling, ready: remaining }),
  });
}

/**
 * The switch alone is a phase. Whoever stops in it gets the old map back, and behind that map every API still
 * runs; hence nothing is stopped before the next phase.
 */
export function leaveOld(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, side } = rolling;
  const remaining = allApis.filter((host) => !side.apis.includes(host));
  return phase({
    scope,
    id: 'leave-old',
    title: `Requests go to ${listed(side.apis)} alone`,
    impact: `Of ${String(allApis.length)} API hosts only ${whoServes(side.apis)} from here on, until the new code does.`,
    preconditions: leftServing({ rolling, phaseId: 'leave-old', ready: remaining }),
    batches: [cutOver({ rolling, label: 'leave-old', ready: side.apis }), switched({ rolling, moment: 'old' })],
    serving: mapFor({ rolling, ready: side.apis }),
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
    impact: `${whoServes(side.apis)} alone. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    preconditions: leftServing({ rolling, phaseId: 'empty-old', ready: side.apis }),
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
    serving: mapFor({ rolling, ready: side.apis }),
  });
}

/** The side's work ends, then its engine stops and goes. */
export function emptySide(options: {
  rolling: RollingScope;
  ready: readonly HostName[];
  before: readonly Batch[];
}): Drawn {
  const { rolling, ready, before } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const one = { label: 'empty-side', service: scoped.service, rolling: rolling.rolling };
  return phase({
    scope,
    id: 'empty-side',
    title: `Vhost ${vhosts.side}: its work ends, then the side engine goes`,
    impact: `${whoServes(ready)} with the new code. Waits as long as a ${rolling.rolling.work.noun} that was in work takes.`,
    preconditions: leftServing({ rolling, phaseId: 'empty-side', ready }),
    batches: [
      ...before,
      ...ends({ rolling, moment: 'side', label: 'empty-side' }),
      batch({
        hosts: side.engines,
        steps: [stopSideEngine({ ...one, stopSeconds: engineUnit(rolling).stopSeconds, proved: true })],
      }),
      engines({ rolling, id: 'empty-side/no-engine', vhost: vhosts.side, hosts: [] }),
      ...engineGone({ rolling, label: 'empty-side', hosts: side.engines }),
      strandedNone({ rolling, moment: 'side', label: 'empty-side' }),
      batch({ hosts: side.engines, steps: [removeSideEngine(one)] }),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

/** Written down once no request is under way at the APIs that left (C.4). */
export function switched(options: { rolling: RollingScope; moment: Moment; label?: string }): Batch {
  const { rolling, moment } = options;
  const { scope, scoped, accepted } = rolling;
  const label = options.label ?? scoped.service.name;
  return batch({
    hosts: scope.databases.slice(0, 1),
    steps: [
      takeSwitched({
        id: `${label}/switched-${moment}`,
        schema: scoped.database.name,
        work: rolling.rolling.work,
        moment,
        accepted,
      }),
    ],
  });
}

/**
 * The database says that the work has ended, the broker that no message is left, the database says so again. All of
 * it while the engines run: with the last of them an unread message would be gone (facts 1, 11; R-HEAT-29).
 */
export function ends(options: { rolling: RollingScope; moment: Moment; label: string }): Batch[] {
  const { rolling, moment, label } = options;
  const { scope } = rolling;
  const vhost = vhostLeft({ rolling, moment });
  const retryForSeconds = scope.cloud.policy.workEndsSeconds;
  const work = (id: 'work-ends' | 'still-ended'): Batch =>
    batch({
      hosts: scope.databases.slice(0, 1),
      steps: [
        switchedEnds({
          ...subject({ rolling, moment }),
          id: `${label}/${id}`,
          retryForSeconds,
          repair: repairOf({ rolling, id: `${label}/${id}-repair` }),
          provesDrained: id === 'still-ended',
        }),
      ],
    });
  return [
    work('work-ends'),
    batch({
      hosts: scope.brokers.slice(0, 1),
      steps: [queuesEmpty({ id: `${label}/queues-empty`, vhost, queues: rolling.rolling.queues, retryForSeconds })],
    }),
    work('still-ended'),
  ];
}

export function strandedNone(options: { rolling: RollingScope; moment: Moment; label: string }): Batch {
  const { rolling, moment, label } = options;
  return batch({
    hosts: rolling.scope.databases.slice(0, 1),
    steps: [
      switchedEnds({
        ...subject({ rolling, moment }),
        id: `${label}/none-stranded`,
        retryForSeconds: 0,
        repair: repairOf({ rolling, id: `${label}/none-stranded-repair` }),
      }),
      noneTaken({ ...subject({ rolling, moment }), id: `${label}/none-taken` }),
    ],
  });
}

/** Engine hosts without a side engine: theirs is the only row, and it must be gone (C.3). */
function elsewhere({ scoped, rolling, side }: RollingScope): HostName[] {
  return (scoped.unitHosts[rolling.engineUnit] ?? []).filter((host) => !side.engines.includes(host));
}

function subject(options: { rolling: RollingScope; moment: Moment }) {
  const { rolling, moment } = options;
  const vhost = vhostLeft(options);
  return { schema: rolling.scoped.database.name, work: rolling.rolling.work, moment, vhost };
}

function vhostLeft(options: { rolling: RollingScope; moment: Moment }): string {
  const { old, side, next } = options.rolling.vhosts;
  return { old, side, 'back-next': next, 'back-side': side, stopped: old }[options.moment];
}

export function stealable(options: { rolling: RollingScope; label: string }): ReturnType<typeof noneStealable> {
  const { rolling, label } = options;
  return noneStealable({
    id: `${label}/none-stealable`,
    schema: rolling.scoped.database.name,
    work: rolling.rolling.work,
  });
}
