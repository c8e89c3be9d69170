import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { scopeOn } from '../scope/part';
import type { Scope } from '../scope/scope';
import { configurationOn } from './configuration';
import { installed, putBack } from './packages';
import { type Drawn, phase } from './phase';
import { stopOnHosts } from './service-units';
import { servingMigrations, unitStarts } from './start';

/*
 * Agents host by host. All agents of a host share one Python package, so they stop together; those of the other hosts go on: what
 * this host polled they poll, where agents share their work, and its notifications wait in queues that they take from.
 */

interface AgentsTurn {
  readonly scope: Scope;
  readonly host: HostName;
}

/** `first`: what the service keeps elsewhere is upgraded from here, before the first new agent starts (R-CEIL-2). */
export function agentsTurn({ scope, host, first }: AgentsTurn & { readonly first: boolean }): Drawn {
  const part = scopeOn({ scope, hosts: [host] });
  return phase({
    scope,
    id: `agents-${host}`,
    title: `${host}: new packages, and its agents beside those of other hosts`,
    batches: [
      ...stops({ part, label: '' }),
      ...installed({ scope: part }),
      ...configurationOn({ scope: part, hosts: [host] }),
      ...(first ? part.services.map((scoped) => servingMigrations({ scoped })) : []),
      ...starts({ part, label: '' }),
    ],
  });
}

/** Resource types that were added stay: agents of the installed release do not look at them (R-CEIL-5). */
export function undoAgentsTurn({ scope, host }: AgentsTurn): Drawn {
  const part = scopeOn({ scope, hosts: [host] });
  return phase({
    scope,
    id: `back-agents-${host}`,
    title: `Rollback: ${host} with the recorded packages, its agents run`,
    batches: [...stops({ part, label: 'back-' }), ...putBack({ scope: part }), ...starts({ part, label: 'back-' })],
  });
}

interface Part {
  readonly part: Scope;
  /** Begins the ids. */
  readonly label: string;
}

function stops({ part, label }: Part): Batch[] {
  return part.services.flatMap((scoped) => stopOnHosts({ scoped, label: `${label}${scoped.service.name}` }));
}

function starts({ part, label }: Part): Batch[] {
  return part.services.flatMap((scoped) =>
    unitStarts({
      scope: part,
      scoped,
      label: `${label}${scoped.service.name}`,
      requirements: ['R-CEIL-23', 'R-CEIL-32'],
      besideOthers: true,
    }).flatMap(({ batches }) => batches),
  );
}
