import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { newPipelines, pipelinesAsPackaged, pipelinesBack } from '../commands/pipelines';
import { scopeOn } from '../scope/part';
import type { NewPipelines } from '../scope/pipelines';
import type { Scope } from '../scope/scope';
import { batch } from './phase';
import { startOnHosts, stopOnHosts } from './service-units';

/*
 * Notification agents that share the work of a pipeline by its queues must all have the same one. Where the new release brings another,
 * those of the installed release get it first, and are proved with it (R-CEIL-17, R-CEIL-18). One that cannot work with it stops the run
 * before a new one has started.
 */

interface Place {
  readonly scope: Scope;
  readonly pipelines: NewPipelines;
}

/** Once the storage is new, before the first new agent starts: those of all other hosts, while the rest work. */
export function pipelinesFirst({ scope, pipelines, first }: Place & { readonly first: HostName }): Batch[] {
  return oneByOne({
    scope,
    pipelines,
    first,
    label: 'pipelines-',
    between: (host) => written({ scope, pipelines, host, label: '' }),
  });
}

interface Turns extends Place {
  /** It is the turn of every other one. */
  readonly first: HostName;
  readonly label: string;
  /** While its agent is stopped. */
  readonly between: (host: HostName) => Batch;
}

function oneByOne({ first, ...turns }: Turns): Batch[] {
  return turns.pipelines.hosts.filter((host) => host !== first).flatMap((host) => restarted({ ...turns, host }));
}

/** Its agent stops, does what is to be done between, starts and is proved; those of the other hosts take the samples meanwhile. */
function restarted(options: Omit<Turns, 'first'> & { readonly host: HostName }): Batch[] {
  const { scope, pipelines, host, label, between } = options;
  const part = scopeOn({ scope, hosts: [host] });
  return [
    ...part.services.flatMap((scoped) =>
      stopOnHosts({ scoped, label: `${label}${scoped.service.name}`, units: [pipelines.unit] }),
    ),
    between(host),
    ...part.services.flatMap((scoped) =>
      scoped.service.units
        .filter(({ name }) => name === pipelines.unit)
        .flatMap((unit) =>
          startOnHosts({
            scoped,
            unit,
            label: `${label}${scoped.service.name}`,
            requirements: ['R-CEIL-18', 'R-CEIL-32'],
            besideOthers: true,
          }),
        ),
    ),
  ];
}

/** On a host whose packages are the recorded ones again, while new agents work on others. */
export function pipelinesStay({ scope, pipelines, host }: Place & { readonly host: HostName }): Batch[] {
  return pipelines.hosts.includes(host) ? [written({ scope, pipelines, host, label: 'back-' })] : [];
}

/** On a host that has the new packages. */
export function pipelinesPackaged({ scope, pipelines, host }: Place & { readonly host: HostName }): Batch[] {
  const id = `${nameOf(scope)}/pipelines-packaged`;
  const step = { id, files: pipelines.files, programs: scope.programs };
  return pipelines.hosts.includes(host) ? [batch({ hosts: [host], steps: [pipelinesAsPackaged(step)] })] : [];
}

/** No new agent works any more: one host after the other has the pipelines from before, and its agent is proved with them. */
export function undoPipelines({ scope, pipelines, first }: Place & { readonly first: HostName }): Batch[] {
  return oneByOne({
    scope,
    pipelines,
    first,
    label: 'back-pipelines-',
    between: (host) => back({ scope, pipelines, hosts: [host], label: 'back-' }),
  });
}

/** While every agent is stopped. */
export function pipelinesAsBefore({ scope, pipelines }: Place): Batch {
  return back({ scope, pipelines, hosts: pipelines.hosts, label: 'restore-' });
}

function back(options: Place & { hosts: readonly HostName[]; label: string }): Batch {
  const { scope, pipelines, hosts, label } = options;
  const step = { id: `${label}${nameOf(scope)}/pipelines-back`, files: pipelines.files, programs: scope.programs };
  return batch({ hosts, steps: [pipelinesBack(step)] });
}

function written(options: Place & { readonly host: HostName; readonly label: string }): Batch {
  const { scope, pipelines, host, label } = options;
  const { files, target } = pipelines;
  const id = `${label}${nameOf(scope)}/pipelines`;
  return batch({ hosts: [host], steps: [newPipelines({ id, files, target, programs: scope.programs })] });
}

const nameOf = ({ services }: Scope): string => services[0]?.service.name ?? '';
