import { type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { configureSideEngine, removeSideEngine, startSideEngine, stopSideEngine } from '../commands/side-engine';
import { setVhost } from '../commands/transport';
import type { RollingScope } from '../scope/sides';
import { ends, stealable, strandedNone, switched } from './empty-vhost';
import type { Undo } from './leave-vhost';
import { putConfigurationBackOn } from './packages';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { cutOver, names, seenUp, takeOut } from './rotation';
import { closeApis, engineGone, engines, engineUnit, startApis, startEngine } from './units';

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
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label: 'side' })] }),
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
  });
}

/** The side's work ends, then its engine stops and goes. */
export function emptySide(options: {
  rolling: RollingScope;
  ready: readonly HostName[];
  before: readonly Batch[];
}): Drawn {
  const { rolling, before } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const one = { label: 'empty-side', service: scoped.service, rolling: rolling.rolling };
  return phase({
    scope,
    id: 'empty-side',
    title: `Vhost ${vhosts.side}: its work ends, then the side engine goes`,
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
  });
}

/** The side engine again; `alone`: no other phase brings its APIs back before requests go there. */
export function undoEmptySide(options: { rolling: RollingScope; ready: readonly HostName[]; alone: boolean }): Drawn {
  const { rolling, alone } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const label = 'back-empty-side';
  const one = { label, service: scoped.service, rolling: rolling.rolling };
  return phase({
    scope,
    id: label,
    title: `Back: the side engine on ${names(side)} starts again`,
    batches: [
      batch({
        hosts: side.engines,
        steps: [
          configureSideEngine({ ...one, vhost: vhosts.side }),
          startSideEngine({ ...one, stopSeconds: engineUnit(rolling).stopSeconds }),
        ],
      }),
      engines({ rolling, id: `${label}/engine-consumes`, vhost: vhosts.side, hosts: side.engines }),
      ...(alone ? sideServes({ rolling, label }) : []),
    ],
  });
}

/** APIs of the installed code on the side's vhost, proved, then in rotation alone. */
export function sideServes(options: { rolling: RollingScope; label: string }): Batch[] {
  const { rolling, label } = options;
  const hosts = rolling.side.apis;
  return [
    ...startApis({ rolling, label, hosts }),
    seenUp({ rolling, label, hosts }),
    cutOver({ rolling, label, ready: hosts }),
  ];
}
