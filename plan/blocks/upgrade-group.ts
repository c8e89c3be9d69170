import { type HostName, listed } from '../../schema/names';
import { closeUnit } from '../commands/systemd';
import type { RollingScope, Side } from '../scope/sides';
import { leaveNew } from './empty-vhost';
import type { Group } from './engine-groups';
import { frozen } from './freeze';
import { onNewVhost } from './new-vhost';
import { newCode, recordedCode } from './new-code';
import { batch, type Drawn, phase } from './phase';
import { cutOver, names, seenUp, takeOut } from './rotation';
import { asConfigured } from './switch-apis';
import { closeApis, engineUnit, startApis } from './units';

/** New code, and the new vhost, on hosts whose engines have stopped empty (R-HEAT-21). */
export function upgradeGroup(options: {
  rolling: RollingScope;
  group: Group;
  done: readonly Side[];
  before: readonly HostName[];
  ready: readonly HostName[];
}): Drawn {
  const { rolling, group, done, before, ready } = options;
  const { scope, first, vhosts } = rolling;
  const { label } = group;
  return phase({
    scope,
    id: label,
    title: `${names(group)}: new code, vhost ${vhosts.next}`,
    batches: [
      ...newCode({ rolling, group }),
      ...(rolling.switchFirst ? asConfigured({ rolling, label, hosts: group.apis }) : []),
      ...onNewVhost({
        rolling,
        group,
        label,
        engineHosts: [...first.engines, ...done.flatMap((one) => one.engines), ...group.engines],
      }),
      ...(before.join() === ready.join() ? [] : [cutOver({ rolling, label, ready })]),
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
    batches: [
      ...startApis({ rolling, label, hosts }),
      seenUp({ rolling, label, hosts }),
      cutOver({ rolling, label, ready: hosts }),
      ...leaveNew({ rolling, label, groups: [first, group] }),
      ...recordedCode({ rolling, group }),
    ],
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
  });
}

/** A host that may have the new code leaves the new vhost, which nobody feeds any more; `done` are still there. */
export function undoSwitchedGroup(options: {
  rolling: RollingScope;
  group: Side & { readonly label: string };
  done: readonly Side[];
  last: Side;
}): Drawn {
  const { rolling, group, done } = options;
  const { scope, first, vhosts } = rolling;
  const label = `back-${group.label}`;
  return phase({
    scope,
    id: label,
    title: `Back: ${names(group)} leaves vhost ${vhosts.next}, to the recorded code`,
    batches: [
      ...leaveNew({ rolling, label, groups: [group], stay: [first, ...done] }),
      ...recordedCode({ rolling, group }),
      ...asConfigured({ rolling, label, hosts: group.apis }),
    ],
  });
}
