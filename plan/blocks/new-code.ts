import type { Batch } from '../../schema/plan';
import { setVhost } from '../commands/transport';
import type { HostGroup } from '../scope/host-group';
import type { RollingScope } from '../scope/rolling-scope';
import { configurationOn } from './configuration';
import { restartOthersOn } from './other-units';
import { installOn, putBackOn } from './packages';
import { batch, type Drawn, phase } from './phase';
import { names } from './rotation';

interface Place {
  readonly rolling: RollingScope;
  readonly group: HostGroup;
}

export function newCode({ rolling, group }: Place): Batch[] {
  const { scope } = rolling;
  const { hosts } = group;
  return [
    ...scope.packageSets.map((set) =>
      installOn({ scope, set, hosts: set.hosts.filter((host) => hosts.includes(host)) }),
    ),
    ...configurationOn({ scope, hosts }),
    ...restartOthersOn({ scope, hosts, label: 'others' }),
  ];
}

export function recordedCode({ rolling, group }: Place): Batch[] {
  const { scope } = rolling;
  return [
    ...scope.packageSets.map((set) => putBackOn({ scope, set, hosts: group.hosts })),
    ...restartOthersOn({ scope, hosts: group.hosts, label: 'back-others' }),
  ];
}

/** New code on hosts whose services are stopped and locked, with nothing in progress. */
export function newCodeOn(options: Place & { readonly id: 'first-code' | 'last-code' }): Drawn {
  const { rolling, group, id } = options;
  return phase({
    scope: rolling.scope,
    id,
    title: `New code on ${names(group)}`,
    batches: newCode({ rolling, group }),
  });
}

/** Recorded packages and configuration. `vhost`: where the APIs of the group talked before, if the recorded file names another. */
export function undoNewCodeOn(
  options: Place & { readonly id: 'first-code' | 'last-code'; readonly vhost?: string },
): Drawn {
  const { rolling, group, id, vhost } = options;
  const { configFile } = rolling.scoped.service;
  const label = `back-${id}`;
  return phase({
    scope: rolling.scope,
    id: label,
    title: `Rollback: ${names(group)} to the recorded packages and configuration`,
    batches: [
      ...recordedCode({ rolling, group }),
      ...(vhost === undefined
        ? []
        : [batch({ hosts: group.apis, steps: [setVhost({ id: `${label}/vhost`, configFile, vhost })] })]),
    ],
  });
}
