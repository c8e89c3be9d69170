import { transportsOf } from './transports';
import type { Rolling } from '../../catalog/service';
import type { HostName } from '../../schema/names';
import { type RollingOptions, withoutWishes } from '../../schema/rolling-options';
import type { Venv } from '../commands/venv';
import { firstOf, groupOf, type HostGroup, joined, lastOf, onHosts, withoutGroup } from './host-group';
import type { Scope, ScopedSchema, ScopedService } from './scope';
import type { KindSubject } from './subject';
import { venvOf } from './venv-of';

/**
 * Everything the phases of a rolling upgrade are built from, by its order. In each the same words: `lead` gets the new code
 * first, `keeper` keeps the installed code until all others have the new one, `rest` are the hosts between them.
 */
export type RollingScope = SideEngineScope | GuideScope | VenvScope;

interface RollingBase {
  readonly scope: Scope;
  /** With the schema that holds its work: the first one. */
  readonly scoped: ScopedService & ScopedSchema;
  readonly rolling: Rolling;
  readonly lead: HostGroup;
  readonly rest: HostGroup;
  /** As whom the service talks to RabbitMQ. */
  readonly brokerUser: string;
  /** Work that was stuck before the run, accepted by name. */
  readonly accepted: readonly string[];
}

/** The keeper runs the installed code a second time, on the side vhost, and serves there while the old one runs dry. */
export interface SideEngineScope extends RollingBase {
  readonly order: 'sideEngine';
  readonly keeper: HostGroup;
  readonly vhosts: SideVhosts;
}

/** All but the lead stay on the old vhost until the new code serves; the keeper's engine leaves it last. */
export interface GuideScope extends RollingBase {
  readonly order: 'guide';
  readonly keeper: HostGroup;
  /** The APIs of the other hosts join the new vhost before their hosts are upgraded. */
  readonly switchFirst: boolean;
  readonly vhosts: Vhosts;
}

/**
 * The lead serves the new code beside its packages, on the side vhost, while the packages of the rest are replaced; its own
 * come last. Nobody keeps the installed code: the lead's packages are there until then.
 */
export interface VenvScope extends RollingBase {
  readonly order: 'venv';
  readonly venv: Venv;
  readonly vhosts: SideVhosts;
}

/** Old and new code never meet on one (R-HEAT-17). */
export interface Vhosts {
  readonly old: string;
  readonly next: string;
}

/** On `side` one host serves while `old` runs dry. */
export interface SideVhosts extends Vhosts {
  readonly side: string;
}

/** What the survey says of the one service that rolls. Null: it cannot, and a finding says why. */
export function rollingScope(subject: KindSubject): RollingScope | null {
  const { scope, facts, request } = subject;
  const [scoped] = scope.services;
  const rolling = scoped?.service.rolling ?? null;
  const [schema] = scoped?.schemas ?? [];
  if (scoped === undefined || schema === undefined || rolling === null) return null;
  const { name } = scoped.service;
  const transports = transportsOf({ facts, service: name });
  const [transport] = Object.values(transports);
  if (transport === undefined) return null;
  const base = {
    scope,
    scoped: { ...scoped, ...schema },
    rolling,
    brokerUser: transport.user,
    accepted: facts.hosts.flatMap(({ database }) => database?.stuckWork[name] ?? []).map(({ id }) => id),
  };
  const vhosts = vhostsOf({ service: name, old: transport.vhost, to: scope.to });
  return inOrder({
    base,
    all: carriersOf({ scoped, rolling }),
    vhosts,
    wish: request.options.rolling ?? withoutWishes,
  });
}

function inOrder(options: {
  base: Omit<RollingBase, 'lead' | 'rest'>;
  all: HostGroup;
  vhosts: SideVhosts;
  wish: RollingOptions;
}): RollingScope {
  const { base, all, vhosts, wish } = options;
  switch (wish.order) {
    case 'sideEngine': {
      // The last host by name; the request may name several, for more capacity while they serve alone.
      const keeper = wish.keeper === undefined ? lastOf(all) : onHosts({ all, hosts: wish.keeper });
      const others = withoutGroup({ all, group: keeper });
      const lead = firstOf(others);
      return { ...base, order: 'sideEngine', lead, keeper, rest: withoutGroup({ all: others, group: lead }), vhosts };
    }
    case 'guide': {
      const lead = firstOf(all);
      const others = withoutGroup({ all, group: lead });
      const keeper = lastOf(others);
      const { old, next } = vhosts;
      return {
        ...base,
        order: 'guide',
        lead,
        keeper,
        rest: withoutGroup({ all: others, group: keeper }),
        switchFirst: wish.apis === 'switchFirst',
        vhosts: { old, next },
      };
    }
    case 'venv': {
      const { scope, scoped, rolling } = base;
      const lead = firstOf(all);
      const venv = venvOf({ scope, service: scoped.service, rolling, wheelhouse: wish.wheelhouse });
      return { ...base, order: 'venv', lead, rest: withoutGroup({ all, group: lead }), venv, vhosts };
    }
    default:
      return wish satisfies never;
  }
}

function carriersOf(options: { scoped: ScopedService; rolling: Rolling }): HostGroup {
  const { unitHosts, service } = options.scoped;
  const apis = service.units.filter(({ api }) => api !== null).flatMap(({ name }) => unitHosts[name] ?? []);
  return groupOf({ engines: unitHosts[options.rolling.engineUnit] ?? [], apis: [...new Set(apis)].sort() });
}

/** API hosts in the order in which they get the new packages. */
export function everyApi(rolling: RollingScope): readonly HostName[] {
  switch (rolling.order) {
    case 'sideEngine':
    case 'guide':
      return joined(rolling.lead, rolling.rest, rolling.keeper).apis;
    case 'venv':
      return joined(rolling.rest, rolling.lead).apis;
    default:
      return rolling satisfies never;
  }
}

/** Names that say whose they are and for what; one that is taken already is a finding. */
function vhostsOf(options: { service: string; old: string; to: string }): SideVhosts {
  const { service, old, to } = options;
  const plain = `${service}-${to}`;
  // Within a series the old one has this name already.
  const next = plain === old ? `${plain}-2` : plain;
  return { old, side: `${next}-side`, next };
}

/** The vhosts that this run makes. */
export function ownVhosts({ vhosts }: Pick<RollingScope, 'vhosts'>): string[] {
  return 'side' in vhosts ? [vhosts.side, vhosts.next] : [vhosts.next];
}
