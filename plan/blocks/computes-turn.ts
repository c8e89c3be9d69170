import { counted, type HostName, listed } from '../../schema/names';
import { scopeOn } from '../scope/part';
import type { Scope } from '../scope/scope';
import { startsBeside, stopsOf } from './agents-turn';
import { configurationOn } from './configuration';
import { installed, putBack } from './packages';
import { type Drawn, phase } from './phase';

/*
 * Agents of hosts that are no controllers. Each polls its own host and shares nothing with others (L9), so that many of them may change at once:
 * one host alone first, which is proved, then all others.
 */

interface ComputesTurn {
  readonly scope: Scope;
  readonly hosts: readonly HostName[];
}

/** In which they follow each other, after the controllers. */
export function computeTurns(computes: readonly HostName[]): (readonly HostName[])[] {
  return [computes.slice(0, 1), computes.slice(1)].filter((hosts) => hosts.length > 0);
}

export function computesTurn({ scope, hosts }: ComputesTurn): Drawn {
  const part = scopeOn({ scope, hosts });
  return phase({
    scope,
    id: idOf(hosts),
    title: `${named(hosts)}: new packages for ${hosts.length === 1 ? 'its' : 'their'} agents`,
    batches: [
      ...stopsOf({ part, label: '' }),
      ...installed({ scope: part }),
      ...configurationOn({ scope: part, hosts }),
      ...startsBeside({ part, label: '' }),
    ],
  });
}

export function undoComputesTurn({ scope, hosts }: ComputesTurn): Drawn {
  const part = scopeOn({ scope, hosts });
  return phase({
    scope,
    id: `back-${idOf(hosts)}`,
    title: `Rollback: ${named(hosts)} with the recorded packages, ${hosts.length === 1 ? 'its' : 'their'} agents run`,
    batches: [
      ...stopsOf({ part, label: 'back-' }),
      ...putBack({ scope: part }),
      ...startsBeside({ part, label: 'back-' }),
    ],
  });
}

function idOf(hosts: readonly HostName[]): string {
  return `agents-${hosts.length === 1 ? (hosts[0] ?? '') : 'computes'}`;
}

/** More names than these do not fit into a title. */
const shownHosts = 4;

function named(hosts: readonly HostName[]): string {
  return hosts.length <= shownHosts ? listed(hosts) : counted({ count: hosts.length, noun: 'compute host' });
}
