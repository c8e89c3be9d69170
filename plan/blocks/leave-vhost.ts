import { type HostName, listed } from '../../schema/names';
import type { HostGroup } from '../scope/host-group';
import { everyApi, type SideEngineScope, type VenvScope } from '../scope/rolling-scope';
import { emptyVhost, stealable, switched } from './empty-vhost';
import { batch, type Drawn, onDatabase, phase } from './phase';
import { cutOver, seenUp } from './rotation';
import { closeApis, closeEngines, engineHosts, startApis, startEngine } from './units';

/** One group serves on the side vhost; all others leave the old one. */
interface Leaving {
  readonly rolling: SideEngineScope | VenvScope;
}

function onSide({ rolling }: Leaving): HostGroup {
  return rolling.order === 'venv' ? rolling.lead : rolling.keeper;
}

function onOld({ rolling }: Leaving): HostName[] {
  const { apis } = onSide({ rolling });
  return everyApi(rolling).filter((host) => !apis.includes(host));
}

/**
 * The switch alone is a phase. Whoever stops in it gets the old map back, and behind that map every API still
 * runs; hence nothing is stopped before the next phase.
 */
export function leaveOld({ rolling }: Leaving): Drawn {
  const { apis } = onSide({ rolling });
  return phase({
    scope: rolling.scope,
    id: 'leave-old',
    title: `Requests go to ${listed(apis)} alone`,
    batches: [cutOver({ rolling, label: 'leave-old', ready: apis }), switched({ rolling, moment: 'old' })],
  });
}

/** No API on the old vhost, its work ends, its engines stop. Nothing starts there again by itself. */
export function emptyOld({ rolling }: Leaving): Drawn {
  const { old } = rolling.vhosts;
  const label = 'empty-old';
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Vhost ${old}: its work ends, then its engines stop`,
    batches: emptyVhost({
      rolling,
      label,
      vhost: old,
      moment: 'old',
      apis: closeApis({ rolling, label, hosts: onOld({ rolling }) }),
      stop: closeEngines({ rolling, label, hosts: engineHosts(rolling) }),
      // A host of the side has a second engine, whose row stays; elsewhere the only row must be gone (C.3).
      gone: engineHosts(rolling).filter((host) => !onSide({ rolling }).engines.includes(host)),
    }),
  });
}

/*
 * What undoes these phases (C.8): each from wherever its phase stopped, once all later ones are undone. Every step says so itself
 * when it finds its work done.
 */

/** Behind the old vhost every API still runs, or runs again: the switch the other way. */
export function undoLeaveOld({ rolling }: Leaving): Drawn {
  const ready = onOld({ rolling });
  const label = 'back-leave-old';
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: requests go to ${listed(ready)}`,
    batches: [cutOver({ rolling, label, ready })],
  });
}

/**
 * Engines of the old vhost before its APIs (R-HEAT-20). The keeper's own engine stays stopped, if it was stopped: its
 * configuration names the side vhost until the next phase. Beside code in an environment it never did.
 */
export function undoEmptyOld({ rolling }: Leaving): Drawn {
  const label = 'back-empty-old';
  const hosts = onOld({ rolling });
  const { engines } = onSide({ rolling });
  const there = engineHosts(rolling).filter((host) => rolling.order === 'venv' || !engines.includes(host));
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: engines and APIs of vhost ${rolling.vhosts.old} start`,
    batches: [
      onDatabase({ scope: rolling.scope, steps: [stealable({ rolling, label })] }),
      batch({ hosts: there, steps: startEngine({ rolling, label }) }),
      ...startApis({ rolling, label, hosts }),
      seenUp({ rolling, label, hosts }),
    ],
  });
}
