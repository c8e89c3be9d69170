import type { CloudFacts } from '../catalog/facts';
import type { ServiceUnit } from '../catalog/service';
import type { Address, BoundUnit, Effect, OwnProcess, Proof, Release, ServerId, Thing } from '../schema/effect';
import type { HostName, SchemaName, ServiceName } from '../schema/names';
import type { Plan, Step } from '../schema/plan';
import { environmentFile } from './commands/transport';
import { takerOf } from './scope/agents-order';
import { unitBehind, type Scope, type ScopedService } from './scope/scope';

/**
 * The cloud as far as a plan moves it: who runs which code on which vhost, who gets requests, what was proved. Folded over
 * the effects of a plan's steps, from the surveyed cloud to the upgraded one and back.
 */
export interface CloudState {
  /** By unit and host: `heat-engine@ctl1`. */
  readonly running: Readonly<Record<string, Process>>;
  /** What the packages of a host hold. */
  readonly code: Readonly<Record<HostName, Release>>;
  /** The vhost that a file names: `/etc/heat/heat.conf@ctl1`. */
  readonly files: Readonly<Record<string, string>>;
  readonly rotation: Readonly<Record<ServerId, Rotation>>;
  /** Front ends of the load balancer that accept no connection. */
  readonly closedFronts: readonly string[];
  readonly schemas: Readonly<Record<SchemaName, Schema>>;
  readonly things: readonly Thing[];
  /** Channels on which users' work may be: fed since they were last proved to be empty. */
  readonly fed: readonly string[];
  /** Services of which nothing was in progress when last looked; of each nothing but stops came since. */
  readonly idle: readonly ServiceName[];
  /** Never changes: what the packages' own units are, and what their files named before the run. */
  readonly before: {
    readonly units: Readonly<Record<string, PackagedUnit>>;
    readonly files: Readonly<Record<string, string>>;
    readonly rotation: Readonly<Record<ServerId, Rotation>>;
    /** By backend, front ends through which users come. Absent: not known. */
    readonly userFronts: Readonly<Record<string, readonly string[]>>;
  };
}

/** As it was started: a later change of the host's files does not alter it. */
export interface Process {
  readonly service: ServiceName;
  readonly role: OwnProcess['role'];
  readonly release: Release;
  readonly fromPackages: boolean;
  /** Where it talks to engines: a vhost, or all of the service where the vhost is not known. Null: it has no engines. */
  readonly channel: string | null;
}

export interface Rotation {
  readonly state: 'ready' | 'drain' | 'maint';
  readonly reaches: BoundUnit | null;
  /** Null: wherever the load balancer has it. */
  readonly at: Address | null;
}

interface Schema {
  readonly service: ServiceName;
  readonly at: Extract<Effect, { kind: 'schema' }>['at'];
}

type PackagedUnit = Pick<OwnProcess, 'service' | 'role' | 'reads'> & {
  readonly hasEngines: boolean;
  /** It only hands on what it measures: no database of the service is read or written by it. */
  readonly handsOn?: true;
  /** Units that take what it sends, where any host has one. Absent: it is proved without them. */
  readonly handsTo?: readonly string[];
};

export const boundUnit = ({ unit, host }: { unit: string; host: HostName }): string => `${unit}@${host}`;
export const channelOf = (vhost: string): string => `vhost ${vhost}`;

/** The surveyed cloud: every service runs where it has units, with the installed code. */
export function cloudBefore(options: { scope: Scope; facts: CloudFacts }): CloudState {
  const { scope, facts } = options;
  const units = Object.fromEntries(scope.services.flatMap(packagedUnits));
  const files = Object.fromEntries(scope.services.flatMap((scoped) => vhostsNamed({ scoped, facts })));
  const start: CloudState = {
    running: {},
    code: Object.fromEntries(scope.services.flatMap(({ hosts }) => hosts.map((host) => [host, 'installed']))),
    files,
    rotation: {},
    closedFronts: [],
    schemas: Object.fromEntries(
      scope.services.flatMap(({ service, schemas }) =>
        schemas.map(({ database }) => [database.name, { service: service.name, at: 'before' }]),
      ),
    ),
    things: [...new Set(Object.values(files))].map((vhost): Thing => `vhost ${vhost}`),
    fed: [],
    idle: [],
    before: { units, files, rotation: rotationBefore(scope), userFronts: userFrontsOf(scope) },
  };
  const begun = Object.entries(units).flatMap(([unit, { service }]) =>
    (scope.services.find((one) => one.service.name === service)?.unitHosts[unit] ?? []).map((host) => ({ unit, host })),
  );
  const running = begun.reduce(
    (state, { unit, host }) => applied({ state, host, effect: { kind: 'process', unit, runs: true } }),
    { ...start, rotation: start.before.rotation },
  );
  return { ...running, fed: channelsOf(running) };
}

/** The state after one effect of a step on this host. */
export function applied(options: { state: CloudState; host: HostName; effect: Effect }): CloudState {
  const { state, host, effect } = options;
  switch (effect.kind) {
    case 'rotation':
      return fed({ ...state, rotation: moved({ state, effect }), idle: idleAfter({ state, reaches: effect.reaches }) });
    case 'frontend': {
      const others = state.closedFronts.filter((one) => one !== effect.frontend);
      return { ...state, closedFronts: effect.open ? others : [...others, effect.frontend] };
    }
    case 'process':
      return effect.runs
        ? fed(started({ state, host, unit: effect.unit, own: effect.own }))
        : { ...state, running: without(state.running, boundUnit({ unit: effect.unit, host })) };
    case 'reload':
      return state;
    case 'code':
      return { ...state, code: { ...state.code, [host]: effect.release } };
    case 'vhost': {
      const file = `${effect.file}@${host}`;
      const files = effect.vhost === null ? without(state.files, file) : { ...state.files, [file]: effect.vhost };
      return { ...state, files };
    }
    case 'configuration':
      return { ...state, files: { ...state.files, ...recorded({ state, host, below: effect.below }) } };
    case 'schema':
      return { ...state, schemas: { ...state.schemas, [effect.schema]: { service: effect.service, at: effect.at } } };
    case 'thing': {
      const others = state.things.filter((thing) => thing !== effect.thing);
      return { ...state, things: effect.exists ? [...others, effect.thing] : others };
    }
    default:
      return effect satisfies never;
  }
}

/** The state once a probe holds. */
export function proved(options: { state: CloudState; proof: Proof }): CloudState {
  const { state, proof } = options;
  switch (proof.kind) {
    case 'drained':
      return { ...state, fed: state.fed.filter((channel) => channel !== channelOf(proof.vhost)) };
    case 'idle':
      return finished({ ...state, idle: [...new Set([...state.idle, proof.service])] });
    case 'silent':
    case 'engines':
    case 'talk':
    case 'code':
      return state;
    default:
      return proof satisfies never;
  }
}

/** The state once a step is done. */
export function after(options: { state: CloudState; host: HostName; step: Step }): CloudState {
  const { state, host, step } = options;
  switch (step.kind) {
    case 'probe':
      return (step.proves ?? []).reduce((now, proof) => proved({ state: now, proof }), state);
    case 'change':
    case 'confirm':
      return (step.effects ?? []).reduce((now, effect) => applied({ state: now, host, effect }), state);
    case 'watch':
      return state;
    default:
      return step satisfies never;
  }
}

/** What a rollback must leave as it was. After a rolling upgrade the schema may stay ahead: the installed code works with it. */
export function asBefore(options: { kind: Plan['kind']; state: CloudState }): string {
  const { kind, state } = options;
  return kind === 'partial' ? visible(state) : `${visible(state)} ${JSON.stringify(state.schemas)}`;
}

/** What users and hosts see of a state. */
export function visible({ running, code, files, rotation, closedFronts, things }: CloudState): string {
  const sorted = (map: object): object => Object.fromEntries(Object.entries(map).sort());
  const vhosts = things.filter((thing) => thing.startsWith('vhost ')).sort();
  return JSON.stringify([sorted(running), sorted(code), sorted(files), sorted(rotation), closedFronts, vhosts]);
}

/** The process behind a server of the load balancer. */
export function behind(options: { state: CloudState; server: ServerId }): Process | null {
  const reaches = options.state.rotation[options.server]?.reaches ?? null;
  return reaches === null ? null : (options.state.running[boundUnit(reaches)] ?? null);
}

/** Engines on a channel, with their `unit@host`. */
export function enginesOn(options: { state: CloudState; channel: string }): [string, Process][] {
  return Object.entries(options.state.running).filter(
    ([, { role, channel }]) => role === 'engine' && channel === options.channel,
  );
}

export function readyServers({ rotation }: CloudState): ServerId[] {
  return (Object.keys(rotation) as ServerId[]).filter((server) => rotation[server]?.state === 'ready');
}

function packagedUnits(scoped: ScopedService): [string, PackagedUnit][] {
  const { service } = scoped;
  // Agents on compute and network hosts are no engines that users' work waits for.
  const hasEngines = service.units.some(
    ({ api, on, strandsNothing = false }) => api === null && on === 'controller' && !strandsNothing,
  );
  const { name, configFile } = service;
  return service.units.map(({ name: unit, api, part }) => [
    unit,
    api === null
      ? {
          service: name,
          role: 'engine',
          reads: [configFile],
          hasEngines,
          ...(part === 'polling' ? { handsOn: true as const } : {}),
          ...takers({ scoped, part }),
        }
      : { service: name, role: 'api', reads: [environmentFile(service), configFile], hasEngines },
  ]);
}

function takers(options: { scoped: ScopedService; part: ServiceUnit['part'] }): Pick<PackagedUnit, 'handsTo'> {
  const { service, unitHosts } = options.scoped;
  const taker = takerOf(options.part);
  const handsTo = service.units.filter(({ part }) => part === taker).map(({ name }) => name);
  const there = handsTo.filter((unit) => (unitHosts[unit] ?? []).length > 0);
  return there.length === 0 ? {} : { handsTo: there };
}

function vhostsNamed(options: { scoped: ScopedService; facts: CloudFacts }): [string, string][] {
  const { service, hosts } = options.scoped;
  return options.facts.hosts.flatMap(({ host, packages }): [string, string][] => {
    const read = packages?.rollingTransports[service.name];
    if (!hosts.includes(host) || read === undefined || 'unreadable' in read) return [];
    return [[`${service.configFile}@${host}`, read.vhost]];
  });
}

function userFrontsOf({ services }: Scope): Record<string, readonly string[]> {
  const fronts = services.flatMap(({ apis }) => apis.flatMap((api) => api.fronts));
  const backends = [...new Set(fronts.map(({ backend }) => backend))];
  return Object.fromEntries(
    backends.map((backend) => [
      backend,
      fronts.flatMap((one) => (one.backend === backend && one.faces !== 'services' ? [one.frontend] : [])),
    ]),
  );
}

function rotationBefore(scope: Scope): Record<ServerId, Rotation> {
  const servers = scope.services.flatMap(({ apis }) =>
    apis.flatMap(({ balanced, unit }) => balanced.map((server) => ({ server, unit }))),
  );
  return Object.fromEntries(
    servers.map(({ server, unit }): [ServerId, Rotation] => {
      const { address, port, administration } = server;
      const state = administration === 'ready' ? 'ready' : 'maint';
      const reaches = unitBehind({ server, unit, scope });
      return [`${server.backend}/${server.server}`, { state, reaches, at: { address, port } }];
    }),
  );
}

function moved(options: {
  state: CloudState;
  effect: Extract<Effect, { kind: 'rotation' }>;
}): Readonly<Record<ServerId, Rotation>> {
  const { rotation } = options.state;
  const { server, state, reaches, at } = options.effect;
  return { ...rotation, [server]: { state, reaches, at: at ?? rotation[server]?.at ?? null } };
}

function started(options: {
  state: CloudState;
  host: HostName;
  unit: string;
  own: OwnProcess | undefined;
}): CloudState {
  const { state, host, unit, own } = options;
  const id = boundUnit({ unit, host });
  const known = state.before.units[unit];
  const what = own ?? known;
  if (state.running[id] !== undefined || what === undefined) return state;
  const named = what.reads.map((file) => state.files[`${file}@${host}`]).find((vhost) => vhost !== undefined);
  const service = own === undefined && known?.hasEngines === false ? null : what.service;
  const process: Process = {
    service: what.service,
    role: what.role,
    release: own?.release === 'target' ? 'target' : (state.code[host] ?? 'installed'),
    fromPackages: own?.release !== 'target',
    channel: named === undefined ? service : channelOf(named),
  };
  return {
    ...state,
    running: { ...state.running, [id]: process },
    idle: state.idle.filter((one) => one !== what.service),
  };
}

/**
 * Users may have given the service work since the look, up to the moment in which its server is moved. Of a server on a host that is not
 * known nobody can say whose it is.
 */
function idleAfter({ state, reaches }: { state: CloudState; reaches: BoundUnit | null }): readonly ServiceName[] {
  const service = reaches === null ? undefined : state.before.units[reaches.unit]?.service;
  return service === undefined ? [] : state.idle.filter((one) => one !== service);
}

/** Users' work comes in wherever an API serves. */
function fed(state: CloudState): CloudState {
  const now = channelsFed(state).filter((channel) => !state.fed.includes(channel));
  return now.length === 0 ? state : { ...state, fed: [...state.fed, ...now] };
}

/** Nothing is in progress and no API gives work: users' work is on none of the service's channels, until one is fed again. */
function finished(state: CloudState): CloudState {
  const still = channelsFed(state);
  const idle = Object.values(state.running).flatMap(({ service, channel }) =>
    channel !== null && state.idle.includes(service) && !still.includes(channel) ? [channel] : [],
  );
  return { ...state, fed: state.fed.filter((channel) => !idle.includes(channel)) };
}

export function channelsFed(state: CloudState): string[] {
  return readyServers(state).flatMap((server) => behind({ state, server })?.channel ?? []);
}

function channelsOf({ running }: CloudState): string[] {
  return [...new Set(Object.values(running).flatMap(({ channel }) => channel ?? []))];
}

function recorded(options: { state: CloudState; host: HostName; below: readonly string[] }): Record<string, string> {
  const { state, host, below } = options;
  const { files } = state.before;
  return Object.fromEntries(
    Object.entries(files).filter(
      ([file]) => file.endsWith(`@${host}`) && below.some((directory) => file.startsWith(`${directory}/`)),
    ),
  );
}

function without<T>(map: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([one]) => one !== key));
}
