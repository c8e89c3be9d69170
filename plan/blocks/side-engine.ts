import type { Batch } from '../../schema/plan';
import { configureSideEngine, removeSideEngine, startSideEngine, stopSideEngine } from '../commands/side-engine';
import { setVhost } from '../commands/transport';
import { joined } from '../scope/host-group';
import { everyApi, type SideEngineScope } from '../scope/rolling-scope';
import { emptyVhost, stealable, switched } from './empty-vhost';
import { putConfigurationBackOn } from './packages';
import { batch, type Drawn, onDatabase, phase } from './phase';
import { cutOver, names, seenUp, takeOut } from './rotation';
import { serveAgain } from './serve-again';
import { closeApis, engineHosts, engines, engineUnit, startApis, startEngine } from './units';

interface Side {
  readonly rolling: SideEngineScope;
}

/** The installed code a second time, on a vhost of its own, with APIs that are proved before they serve. */
export function raiseSide({ rolling }: Side): Drawn {
  const { scope, scoped, lead, rest, keeper, vhosts } = rolling;
  const { service } = scoped;
  const label = 'side';
  return phase({
    scope,
    id: label,
    title: `Side engine on ${names(keeper)}: the installed code, a vhost of its own`,
    batches: [
      onDatabase({ scope, steps: [stealable({ rolling, label })] }),
      raiseEngine({ rolling, label }),
      engines({ rolling, id: 'side/engine-consumes', vhost: vhosts.side, hosts: keeper.engines }),
      takeOut({ rolling, label, ready: joined(lead, rest).apis }),
      ...closeApis({ rolling, label, hosts: keeper.apis }),
      batch({
        hosts: keeper.apis,
        steps: [setVhost({ id: 'side/vhost', configFile: service.configFile, vhost: vhosts.side })],
      }),
      ...startApis({ rolling, label, hosts: keeper.apis }),
      seenUp({ rolling, label, hosts: keeper.apis }),
    ],
  });
}

/** The side's work ends, then its engine stops and goes. `apis`: those of the keeper stop, unless they did before. */
export function emptySide({ rolling, apis }: Side & { apis: readonly Batch[] }): Drawn {
  const { scope, keeper, vhosts } = rolling;
  const label = 'empty-side';
  return phase({
    scope,
    id: label,
    title: `Vhost ${vhosts.side}: its work ends, then the side engine is removed`,
    batches: [
      ...emptyVhost({
        rolling,
        label,
        vhost: vhosts.side,
        moment: 'side',
        apis,
        stop: lowerEngine({ rolling, label, proved: true }),
        gone: keeper.engines,
      }),
      engineAway({ rolling, label }),
    ],
  });
}

/** The keeper's APIs stop in the phase after the switch, when the map behind them is that of the new code. */
export function closeKeeperApis({ rolling }: Side): Batch[] {
  return closeApis({ rolling, label: 'leave-side', hosts: rolling.keeper.apis });
}

/** The side's work ends before its engine stops, here as well (R-HEAT-29); its APIs and its own engine join the old vhost. */
export function undoSide({ rolling }: Side): Drawn {
  const { scope, lead, rest, keeper, vhosts } = rolling;
  const label = 'back-side';
  const moment = 'back-side';
  return phase({
    scope,
    id: label,
    title: `Rollback: ${names(keeper)} to vhost ${vhosts.old}, the side engine is removed`,
    batches: [
      takeOut({ rolling, label, ready: joined(lead, rest).apis }),
      ...emptyVhost({
        rolling,
        label,
        vhost: vhosts.side,
        moment,
        apis: closeApis({ rolling, label, hosts: keeper.apis }),
        noted: switched({ rolling, moment, label }),
        stop: lowerEngine({ rolling, label, proved: false }),
      }),
      engineAway({ rolling, label }),
      // Not only the vhost: the pin of the notifications was this run's as well.
      ...scope.packageSets.map((set) =>
        putConfigurationBackOn({ scope, set, hosts: keeper.hosts, id: `${label}/configuration` }),
      ),
      batch({ hosts: keeper.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines-consume`, vhost: vhosts.old, hosts: engineHosts(rolling) }),
      ...startApis({ rolling, label, hosts: keeper.apis }),
      cutOver({ rolling, label, ready: everyApi(rolling) }),
    ],
  });
}

/** The side engine again; `alone`: no other phase brings its APIs back before requests go there. */
export function undoEmptySide({ rolling, alone }: Side & { alone: boolean }): Drawn {
  const { scope, keeper, vhosts } = rolling;
  const label = 'back-empty-side';
  return phase({
    scope,
    id: label,
    title: `Rollback: the side engine on ${names(keeper)} starts again`,
    batches: [
      raiseEngine({ rolling, label }),
      engines({ rolling, id: `${label}/engine-consumes`, vhost: vhosts.side, hosts: keeper.engines }),
      ...(alone ? serveAgain({ rolling, label, hosts: keeper.apis }) : []),
    ],
  });
}

/** In a rollback with restore, whether there is one or not. */
export function sideGone({ rolling, label }: Side & { label: string }): Batch[] {
  return [lowerEngine({ rolling, label, proved: false }), engineAway({ rolling, label })];
}

function raiseEngine({ rolling, label }: Side & { label: string }): Batch {
  const { scoped, keeper, vhosts } = rolling;
  const one = { label, service: scoped.service, rolling: rolling.rolling };
  return batch({
    hosts: keeper.engines,
    steps: [
      configureSideEngine({ ...one, vhost: vhosts.side }),
      startSideEngine({ ...one, stopSeconds: engineUnit(rolling).stopSeconds }),
    ],
  });
}

function lowerEngine({ rolling, label, proved }: Side & { label: string; proved: boolean }): Batch {
  const { scoped, keeper } = rolling;
  const { stopSeconds } = engineUnit(rolling);
  const service = scoped.service;
  return batch({
    hosts: keeper.engines,
    steps: [stopSideEngine({ label, service, rolling: rolling.rolling, stopSeconds, proved })],
  });
}

function engineAway({ rolling, label }: Side & { label: string }): Batch {
  const { scoped, keeper } = rolling;
  return batch({
    hosts: keeper.engines,
    steps: [removeSideEngine({ label, service: scoped.service, rolling: rolling.rolling })],
  });
}
