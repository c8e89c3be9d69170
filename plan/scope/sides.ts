import type { Rolling } from '../../catalog/service';
import type { HostName } from '../../schema/names';
import type { Venv } from '../commands/venv';
import type { Scope, ScopedSchema, ScopedService } from './scope';

/** Hosts that leave one vhost for another together. */
export interface Side {
  readonly hosts: readonly HostName[];
  readonly engines: readonly HostName[];
  readonly apis: readonly HostName[];
}

/** Everything the phases of a rolling upgrade are built from. */
export interface RollingScope {
  readonly scope: Scope;
  /** With the schema that holds its work: the first one. */
  readonly scoped: ScopedService & ScopedSchema;
  readonly rolling: Rolling;
  /** Serves with the installed code while the others are upgraded; upgraded last. */
  readonly side: Side;
  /** Gets the new code first, and serves with it alone until the others follow. */
  readonly first: Side;
  readonly others: Side;
  readonly vhosts: Vhosts;
  /** Where the side serves: on a vhost of its own, or, in the guide's order, where it always did. */
  readonly sideOn: 'side' | 'old';
  /** The APIs of the other hosts join the new vhost before their hosts are upgraded. */
  readonly switchFirst: boolean;
  /** New code beside the packages of the side: it serves first, on the side's vhost. Null: packages only. */
  readonly venv: Venv | null;
  /** As whom the service talks to RabbitMQ. */
  readonly brokerUser: string;
  /** A host's name in the engine's queues. */
  readonly engineNames: Readonly<Record<HostName, string>>;
  /** Work that was stuck before the run, accepted by name. */
  readonly accepted: readonly string[];
}

/** Old and new code never meet on one (R-HEAT-17); on `side` the installed code serves while `old` runs dry. */
export interface Vhosts {
  readonly old: string;
  readonly side: string;
  readonly next: string;
}

/**
 * The last host by name is the side, the first one goes first. Where engines live apart from APIs a side has one of
 * each. The request may name the side (`named`), for more capacity while it serves alone.
 */
export function sidesOf(options: {
  engines: readonly HostName[];
  apis: readonly HostName[];
  named: readonly HostName[] | null;
}): {
  readonly side: Side;
  readonly first: Side;
  readonly others: Side;
} {
  const { engines, apis, named } = options;
  const chosen = (hosts: readonly HostName[]): readonly HostName[] =>
    named === null ? hosts.slice(-1) : hosts.filter((host) => named.includes(host));
  const side = sideOf({ engines: chosen(engines), apis: chosen(apis) });
  const rest = { engines: without(engines, side.engines), apis: without(apis, side.apis) };
  const first = sideOf({ engines: rest.engines.slice(0, 1), apis: rest.apis.slice(0, 1) });
  return {
    side,
    first,
    others: sideOf({ engines: without(rest.engines, first.engines), apis: without(rest.apis, first.apis) }),
  };
}

export function sideOf(options: { engines: readonly HostName[]; apis: readonly HostName[] }): Side {
  return { ...options, hosts: [...new Set([...options.engines, ...options.apis])].sort() };
}

function without(all: readonly HostName[], some: readonly HostName[]): HostName[] {
  return all.filter((host) => !some.includes(host));
}

/** The guide's order: the first one alone goes first, and all others serve with the installed code as they are. */
export function guideSides(options: {
  engines: readonly HostName[];
  apis: readonly HostName[];
}): ReturnType<typeof sidesOf> {
  const { engines, apis } = options;
  return {
    first: sideOf({ engines: engines.slice(0, 1), apis: apis.slice(0, 1) }),
    side: sideOf({ engines: engines.slice(1), apis: apis.slice(1) }),
    others: sideOf({ engines: [], apis: [] }),
  };
}

/** Code beside the packages: it serves on the first host, as the side, while all others get their packages together. */
export function venvSides(options: {
  engines: readonly HostName[];
  apis: readonly HostName[];
}): ReturnType<typeof sidesOf> {
  const { first, side, others } = guideSides(options);
  return { side: first, first: side, others };
}

/** Names that say whose they are and for what; one that is taken already is a finding. */
export function vhostsOf(options: { service: string; old: string; to: string }): Vhosts {
  const { service, old, to } = options;
  const plain = `${service}-${to}`;
  // Within a series the old one has this name already.
  const next = plain === old ? `${plain}-2` : plain;
  return { old, side: `${next}-side`, next };
}

/** The vhosts that this run makes. */
export function ownVhosts({ vhosts, sideOn }: RollingScope): string[] {
  return sideOn === 'side' ? [vhosts.side, vhosts.next] : [vhosts.next];
}
