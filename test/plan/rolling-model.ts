import type { HostName } from '../../schema/names';
import type { Batch, Phase, Step } from '../../schema/plan';

type Code = 'installed' | 'target';

/** A process as it was started: what a later change of the host's files does not alter. */
interface Process {
  readonly code: Code;
  readonly vhost: string;
}

interface ModelHost {
  code: Code;
  /** What /etc/heat/heat.conf names. */
  vhost: string;
  /** What the side engine's own file names. */
  sideVhost: string | null;
  units: Record<string, Process | null>;
  sideEngine: Process | null;
}

export interface RollingModel {
  readonly hosts: Readonly<Record<HostName, ModelHost>>;
  /** `heat_api/ctl1` -> ready, drain or maint. */
  readonly servers: Record<string, string>;
  readonly vhosts: Set<string>;
  /** Vhosts on which users' work may be: fed since they were last seen to be empty. */
  readonly fed: Set<string>;
  /** Nothing at all was in work when last looked, and no phase has ended since. */
  frozen: boolean;
}

const apiOf: Readonly<Record<string, string>> = { heat_api: 'heat-api', heat_cfn: 'heat-api-cfn' };

/** The toy cloud before a run: every host serves with the installed code on vhost `/`. */
export function modelOf(options: { engines: readonly HostName[]; apis: readonly HostName[] }): RollingModel {
  const { engines, apis } = options;
  const process: Process = { code: 'installed', vhost: '/' };
  const host = (name: HostName): ModelHost => ({
    code: 'installed',
    vhost: '/',
    sideVhost: null,
    sideEngine: null,
    units: {
      ...(engines.includes(name) ? { 'heat-engine': process } : {}),
      ...(apis.includes(name) ? { 'heat-api': process, 'heat-api-cfn': process } : {}),
    },
  });
  return {
    hosts: Object.fromEntries([...new Set([...engines, ...apis])].map((name) => [name, host(name)])),
    servers: Object.fromEntries(Object.keys(apiOf).flatMap((back) => apis.map((name) => [`${back}/${name}`, 'ready']))),
    vhosts: new Set(['/']),
    fed: new Set(['/']),
    frozen: false,
  };
}

/** Every step on its host, in an order in which a run may come to them; a stop may come between any two. */
export function stepsOf(phase: Phase): { readonly host: HostName; readonly step: Step }[] {
  const batches: readonly Batch[] = phase.serving === null ? phase.batches : [...phase.batches, phase.serving];
  return batches.flatMap(({ hosts, steps }) => hosts.flatMap((host) => steps.map((step) => ({ host, step }))));
}

/** Lets a step have its effect. Returns what must never be and is, or what the step looks for and would not find. */
export function applyStep(options: { model: RollingModel; host: HostName; step: Step }): string[] {
  const { model, host, step } = options;
  const problems = step.kind === 'probe' ? lookAt({ model, host, id: step.id, script: step.script }) : [];
  if (step.kind === 'change') problems.push(...alter({ model, host, id: step.id, run: step.run }));
  for (const [server, state] of Object.entries(model.servers)) {
    const served = state === 'ready' ? processBehind({ model, server }) : null;
    if (served !== null) model.fed.add(served.vhost);
  }
  return [...problems, ...neverSo(model)];
}

function alter(options: { model: RollingModel; host: HostName; id: string; run: string }): string[] {
  const { model, host, id, run } = options;
  const own = model.hosts[host];
  for (const [, server = '', state = ''] of run.matchAll(/set server (\S+) state (\w+)/g))
    model.servers[server] = state;
  const [, verb, vhost = ''] = /broker-vhost" (make|remove) (\S+)/.exec(run) ?? [];
  if (verb === 'make') model.vhosts.add(vhost);
  if (verb === 'remove') model.vhosts.delete(vhost);
  if (own === undefined) return [];
  const [, file, target = ''] = /service-transport" set (\S+) (\S+)/.exec(run) ?? [];
  if (file === '/etc/heat/heat.conf') own.vhost = target;
  if (file === '/etc/heat/heat-side.conf') own.sideVhost = target;
  if (id === 'packages/install') own.code = 'target';
  if (id === 'back/packages') own.code = 'installed';
  if (id.endsWith('/configuration')) own.vhost = '/';
  const now = { code: own.code, vhost: own.vhost };
  const [, begun] = /\/start-(heat-[\w-]+)$/.exec(id) ?? [];
  if (begun !== undefined) own.units[begun] ??= now;
  if (id.endsWith('/start-engine')) own.sideEngine ??= { code: own.code, vhost: own.sideVhost ?? 'none' };
  if (id.endsWith('/remove-engine')) own.sideVhost = null;
  const [, ended] = /\/stop-(heat-[\w-]+)$/.exec(id) ?? [];
  const stopped = id.endsWith('/stop-engine') ? own.sideEngine : (own.units[ended ?? ''] ?? null);
  if (ended !== undefined) own.units[ended] = null;
  if (id.endsWith('/stop-engine')) own.sideEngine = null;
  const engine = ended === 'heat-engine' || id.endsWith('/stop-engine');
  return engine && stopped !== null && model.fed.has(stopped.vhost) && !model.frozen
    ? [`${id}@${host} stops an engine of vhost ${stopped.vhost}, where work may be`]
    : [];
}

function lookAt(options: { model: RollingModel; host: HostName; id: string; script: string }): string[] {
  const { model, host, id, script } = options;
  const [, vhost = '', words = ''] = /broker-vhost" engines (\S+) engine ?([^\n]*)/.exec(script) ?? [];
  if (vhost !== '') {
    const there = enginesOn({ model, vhost })
      .map(([name]) => name)
      .sort()
      .join(' ');
    return there === words.trim() ? [] : [`${id}@${host} looks for "${words.trim()}" on ${vhost} and finds "${there}"`];
  }
  if (id.endsWith('/nothing-in-work')) model.frozen = true;
  if (id.endsWith('/still-ended')) {
    const [, left = ''] = /-v vhost=(\S+)/.exec(script) ?? [];
    const feeding = Object.entries(model.servers).filter(
      ([server, state]) => state === 'ready' && processBehind({ model, server })?.vhost === left,
    );
    if (feeding.length > 0) return [`${id}@${host} calls vhost ${left} empty while ${feeding.join()} feeds it`];
    model.fed.delete(left);
  }
  const code = { 'back/versions': 'installed', 'verify/versions': 'target' }[id];
  return code !== undefined && model.hosts[host]?.code !== code ? [`${id}@${host}: the host has other code`] : [];
}

function enginesOn(options: { model: RollingModel; vhost: string }): [HostName, Process][] {
  return Object.entries(options.model.hosts).flatMap(([name, { units, sideEngine }]) =>
    [units['heat-engine'] ?? null, sideEngine].flatMap((one): [HostName, Process][] =>
      one?.vhost === options.vhost ? [[name, one]] : [],
    ),
  );
}

function processBehind(options: { model: RollingModel; server: string }): Process | null {
  const [backend = '', name = ''] = options.server.split('/');
  return options.model.hosts[name]?.units[apiOf[backend] ?? ''] ?? null;
}

/** R-HEAT-9, R-HEAT-17, R-HEAT-20: what no moment of a rolling run may have. */
function neverSo(model: RollingModel): string[] {
  const ready = Object.entries(model.servers).filter(([, state]) => state === 'ready');
  const silent = Object.keys(apiOf).filter((backend) => !ready.some(([server]) => server.startsWith(`${backend}/`)));
  const dead = ready.flatMap(([server]) => {
    const served = processBehind({ model, server });
    if (served === null) return [`${server} gets requests and does not run`];
    if (!model.vhosts.has(served.vhost)) return [`${server} talks on vhost ${served.vhost}, which is gone`];
    if (enginesOn({ model, vhost: served.vhost }).length === 0)
      return [`${server} gets requests on vhost ${served.vhost}, where no engine is`];
    return [];
  });
  const mixed = [...model.vhosts].filter(
    (vhost) => new Set(enginesOn({ model, vhost }).map(([, { code }]) => code)).size > 1,
  );
  return [
    ...silent.map((backend) => `nobody serves ${backend}`),
    ...dead,
    ...mixed.map((vhost) => `two releases have engines on vhost ${vhost}`),
  ];
}
