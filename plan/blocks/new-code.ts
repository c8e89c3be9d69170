import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { setVhost } from '../commands/transport';
import type { RollingScope, Side } from '../scope/sides';
import { configurationOn } from './configuration';
import { installOn, putBackOn } from './packages';
import { batch, type Drawn, phase } from './phase';
import { names } from './rotation';

export function newCode(options: { rolling: RollingScope; group: Side }): Batch[] {
  const { scope } = options.rolling;
  const { hosts } = options.group;
  return [
    ...scope.packageSets.map((set) =>
      installOn({ scope, set, hosts: set.hosts.filter((host) => hosts.includes(host)) }),
    ),
    configurationOn({ scope, hosts }),
  ];
}

export function recordedCode(options: { rolling: RollingScope; group: Side }): Batch[] {
  const { scope } = options.rolling;
  return scope.packageSets.map((set) => putBackOn({ scope, set, hosts: options.group.hosts }));
}

/** New code on hosts whose services are stopped and locked. */
export function firstCode(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, first } = rolling;
  return phase({
    scope,
    id: 'first-code',
    title: `New code on ${names(first)}`,
    batches: newCode({ rolling, group: first }),
  });
}

/** New code on the side hosts, once nothing of theirs is in work. */
export function sideCode(options: { rolling: RollingScope }): Drawn {
  const { rolling } = options;
  const { scope, side } = rolling;
  return phase({
    scope,
    id: 'last-code',
    title: `New code on ${names(side)}`,
    batches: newCode({ rolling, group: side }),
  });
}

/** Recorded packages and configuration, while the side serves. */
export function undoFirstCode({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, first } = rolling;
  return phase({
    scope,
    id: 'back-first-code',
    title: `Back: ${names(first)} to the recorded packages and configuration`,
    batches: recordedCode({ rolling, group: first }),
  });
}

/**
 * The side's own packages. What is left of its APIs talks on the side's vhost again, as before they were replaced; beside
 * code in an environment they never did.
 */
export function undoSideCode(options: { rolling: RollingScope; ready: readonly HostName[] }): Drawn {
  const { rolling } = options;
  const { scope, scoped, side, vhosts } = rolling;
  const label = 'back-last-code';
  return phase({
    scope,
    id: label,
    title: `Back: ${names(side)} to the recorded packages and configuration`,
    batches: [
      ...recordedCode({ rolling, group: side }),
      batch({
        hosts: rolling.venv === null ? side.apis : [],
        steps: [setVhost({ id: `${label}/vhost`, configFile: scoped.service.configFile, vhost: vhosts.side })],
      }),
    ],
  });
}
