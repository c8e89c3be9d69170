import { listed } from '../../schema/names';
import { closeUnit } from '../commands/systemd';
import { batch, phase, type Drawn } from '../phases/phase';
import { leaveNew, recordedCode } from './back-from-new';
import { startEngine } from './back-to-old';
import { frozen } from './freeze';
import { stealable } from './leave';
import { mapFor, type RollingScope, type Side } from './sides';
import { closeApis, cutOver, engines, engineUnit, names, seenUp, startApis, takeOut, whoServes } from './steps';

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
    impact: `${whoServes(side.apis)} with the installed code.`,
    batches: [
      batch({ hosts: scope.databases.slice(0, 1), steps: [stealable({ rolling, label })] }),
      batch({ hosts: first.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts: [...first.engines, ...side.engines] }),
      ...startApis({ rolling, label, hosts: first.apis }),
      cutOver({ rolling, label, ready }),
    ],
    serving: mapFor({ rolling, ready }),
  });
}

/** The engines of the old vhost still run, or run again: its APIs as well, then requests go there. */
export function undoEmptyOldVhost({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first, side, vhosts } = rolling;
  const label = 'back-empty-old';
  const hosts = side.apis;
  return phase({
    scope,
    id: label,
    title: `Back: the APIs of vhost ${vhosts.old} start, requests go there`,
    impact: `${whoServes(first.apis)} with the new code, then ${listed(hosts)} with the installed one.`,
    batches: [
      ...startApis({ rolling, label, hosts }),
      seenUp({ rolling, label, hosts }),
      cutOver({ rolling, label, ready: hosts }),
    ],
    serving: mapFor({ rolling, ready: hosts }),
  });
}

/** Engines of the old vhost again, beside those that never stopped. */
export function undoStopGroup(options: {
  rolling: RollingScope;
  group: Side & { readonly label: string };
  ready: readonly string[];
  left: readonly Side[];
}): Drawn {
  const { rolling, group, ready, left } = options;
  const { scope, vhosts } = rolling;
  const label = `back-${group.label}-stop`;
  const hosts = [...group.engines, ...left.flatMap((one) => one.engines)];
  return phase({
    scope,
    id: label,
    title: `Back: engines of ${names({ hosts: group.engines })} on vhost ${vhosts.old}`,
    impact: `As before: requests go to ${listed(ready)} or, on the way back already, to vhost ${vhosts.old}.`,
    batches: [
      batch({ hosts: scope.databases.slice(0, 1), steps: [stealable({ rolling, label })] }),
      batch({ hosts: group.engines, steps: startEngine({ rolling, label }) }),
      engines({ rolling, id: `${label}/engines`, vhost: vhosts.old, hosts }),
    ],
  });
}

/** With a host whose code was never replaced: it serves alone while the new vhost runs dry. */
export function undoGroup(options: { rolling: RollingScope; group: Side; last: Side }): Drawn {
  const { rolling, group, last } = options;
  const { scope, first, vhosts } = rolling;
  const label = 'back-others';
  const hosts = last.apis;
  return phase({
    scope,
    id: label,
    title: `Back: ${listed(hosts)} serves, vhost ${vhosts.next} runs dry, ${names(group)} to the recorded code`,
    impact: `${whoServes(hosts)} alone with the installed code.`,
    batches: [
      ...startApis({ rolling, label, hosts }),
      seenUp({ rolling, label, hosts }),
      cutOver({ rolling, label, ready: hosts }),
      ...leaveNew({ rolling, label, groups: [first, group] }),
      ...recordedCode({ rolling, group }),
    ],
    serving: mapFor({ rolling, ready: hosts }),
  });
}

/**
 * Where every host may have the new code: the engine of the last one leaves the new vhost, on which others serve, in a
 * moment in which nothing at all is in work (R-HEAT-29).
 */
export function undoLastGroup(options: { rolling: RollingScope; group: Side; ready: readonly string[] }): Drawn {
  const { rolling, group, ready } = options;
  const { scope } = rolling;
  const label = 'back-last';
  const { name } = engineUnit(rolling);
  return phase({
    scope,
    id: label,
    title: `Back: ${names(group)} to the recorded code`,
    impact: `${whoServes(ready)} with the new code. Waits for a moment in which nothing is in work.`,
    batches: [
      takeOut({ rolling, label, ready }),
      ...closeApis({ rolling, label, hosts: group.apis }),
      frozen({ rolling, id: `${label}/nothing-in-work` }),
      batch({
        hosts: group.engines,
        steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: null })],
      }),
      ...recordedCode({ rolling, group }),
    ],
    serving: mapFor({ rolling, ready }),
  });
}
