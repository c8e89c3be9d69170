import type { HostName } from '../../schema/names';
import type { Batch, Phase, Step } from '../../schema/plan';
import { effectsOf, type Effect } from './rolling-commands';

type Code = 'installed' | 'target';

/** A process as it was started: what a later change of the host's files does not alter. */
interface Process {
  readonly code: Code;
  readonly vhost: string;
}

/** A toy cloud that a plan is played on, command by command, as far as engines, APIs, vhosts and rotation go. */
export interface RollingModel {
  /** By unit and host: `heat-engine@ctl1`. */
  readonly running: Record<string, Process>;
  readonly code: Record<HostName, Code>;
  /** The vhost that a file names: `/etc/heat/heat.conf@ctl1`. */
  readonly files: Record<string, string>;
  /** By server, `heat_api/ctl1`: ready, drain or maint. */
  readonly rotation: Record<string, string>;
  /** By server. */
  readonly ports: Record<string, string>;
  vhosts: readonly string[];
  /** Vhosts on which users' work may be: fed since they were last seen to be empty. */
  fed: readonly string[];
  /** Nothing at all was in work when last looked, and nothing but engines' stops came since. */
  frozen: boolean;
}

interface Cloud {
  readonly engines: readonly HostName[];
  readonly apis: readonly HostName[];
}

const configFile = '/etc/heat/heat.conf';
const apiUnits: Readonly<Record<string, string>> = { heat_api: 'heat-api', heat_cfn: 'heat-api-cfn' };
const packagedPorts: Readonly<Record<string, string>> = { heat_api: '8004', heat_cfn: '8000' };

/** The toy cloud before a run: every host serves with the installed code on vhost `/`. */
export function modelOf({ engines, apis }: Cloud): RollingModel {
  const hosts = [...new Set([...engines, ...apis])];
  const units = [
    ...engines.map((host) => `heat-engine@${host}`),
    ...Object.values(apiUnits).flatMap((unit) => apis.map((host) => `${unit}@${host}`)),
  ];
  const servers = Object.keys(apiUnits).flatMap((backend) => apis.map((host) => `${backend}/${host}`));
  const all = <T>(keys: readonly string[], value: (key: string) => T): Record<string, T> =>
    Object.fromEntries(keys.map((key) => [key, value(key)]));
  return {
    running: all(units, () => ({ code: 'installed', vhost: '/' })),
    code: all(hosts, () => 'installed'),
    files: all(
      hosts.map((host) => `${configFile}@${host}`),
      () => '/',
    ),
    rotation: all(servers, () => 'ready'),
    ports: all(servers, (server) => packagedPorts[server.split('/')[0] ?? ''] ?? ''),
    vhosts: ['/'],
    fed: ['/'],
    frozen: false,
  };
}

/** What going back must leave as it was. */
export function visible({ running, code, files, rotation, ports, vhosts }: RollingModel): string {
  const sorted = (map: object): object => Object.fromEntries(Object.entries(map).sort());
  return JSON.stringify([running, code, files, rotation, ports].map(sorted).concat([[...vhosts].sort()]));
}

/** Every step on its host, in an order in which a run may come to them; a stop may come between any two. */
export function stepsOf(phase: Pick<Phase, 'batches'>): { readonly host: HostName; readonly step: Step }[] {
  return phase.batches.flatMap(({ hosts, steps }) => hosts.flatMap((host) => steps.map((step) => ({ host, step }))));
}

/** Plays a phase to its end. Returns what must never be and was, and what its probes looked for and did not find. */
export function playPhase(options: { model: RollingModel; phase: Phase }): string[] {
  const { model, phase } = options;
  return [
    ...stepsOf(phase).flatMap(({ host, step }) => playStep({ model, host, step })),
    ...endPhase({ model, serving: phase.serving }),
  ].map((problem) => `${phase.id}: ${problem}`);
}

/**
 * After its steps a phase puts the load balancer into a state of its own. Steps must have done so already: where people
 * move the load balancer nobody is asked a second time.
 */
export function endPhase(options: { model: RollingModel; serving: Batch | null }): string[] {
  const { model, serving } = options;
  const before = visible(model);
  const problems = stepsOf({ batches: serving === null ? [] : [serving] }).flatMap(({ host, step }) =>
    playStep({ model, host, step }),
  );
  model.frozen = false;
  return visible(model) === before ? problems : [...problems, 'its end moves servers that none of its steps moved'];
}

export function playStep(options: { model: RollingModel; host: HostName; step: Step }): string[] {
  const { model, host, step } = options;
  const at = `${step.id}@${host}`;
  if (step.kind === 'probe')
    return lookAt({ model, host, step: step.id, script: step.script }).map((one) => `${at}: ${one}`);
  return effectsOf(step)
    .flatMap((effect) => [...have({ model, host, effect }), ...neverSo(feed(model))])
    .map((one) => `${at}: ${one}`);
}

/** Users' work comes in wherever an API serves. */
function feed(model: RollingModel): RollingModel {
  const now = Object.keys(model.rotation).flatMap((server) =>
    model.rotation[server] === 'ready' ? (behind({ model, server })?.vhost ?? []) : [],
  );
  model.fed = [...new Set([...model.fed, ...now])];
  return model;
}

function have(options: { model: RollingModel; host: HostName; effect: Effect }): string[] {
  const { model, host, effect } = options;
  if (effect.kind !== 'stop') model.frozen = false;
  switch (effect.kind) {
    case 'rotation':
      model.rotation[effect.server] = effect.state;
      return [];
    case 'port':
      model.ports[effect.server] = effect.port;
      return [];
    case 'make-vhost':
      model.vhosts = [...new Set([...model.vhosts, effect.vhost])];
      return [];
    case 'remove-vhost':
      model.vhosts = model.vhosts.filter((vhost) => vhost !== effect.vhost);
      return [];
    case 'point':
      model.files[`${effect.file}@${host}`] = effect.vhost;
      return [];
    case 'remove-files':
      for (const file of Object.keys(model.files))
        if (
          effect.paths.some(
            (path) => file === `${path}@${host}` || (file.startsWith(`${path}/`) && file.endsWith(`@${host}`)),
          )
        )
          Reflect.deleteProperty(model.files, file);
      return [];
    case 'packages':
      model.code[host] = effect.code;
      return [];
    case 'recorded-configuration':
      model.files[`${configFile}@${host}`] = '/';
      return [];
    case 'start':
      model.running[`${effect.unit}@${host}`] ??= startedAs({ model, unit: effect.unit, host });
      return [];
    case 'stop':
      return stop({ model, unit: effect.unit, host });
    default:
      return effect satisfies never;
  }
}

function startedAs(options: { model: RollingModel; unit: string; host: HostName }): Process {
  const { model, unit, host } = options;
  const vhostIn = (file: string): string | undefined => model.files[`${file}@${host}`];
  const code = model.code[host] ?? 'installed';
  // Beside the packages, from wheels: new code whatever is installed.
  if (unit.endsWith('-bobcat')) return { code: 'target', vhost: vhostIn('/etc/heat-bobcat/heat.conf') ?? 'none' };
  if (unit.endsWith('-side')) return { code, vhost: vhostIn('/etc/heat/heat-side.conf') ?? 'none' };
  const own = unit.startsWith('heat-api') ? vhostIn('/etc/heat/upgrade-transport.env') : undefined;
  return { code, vhost: own ?? vhostIn(configFile) ?? 'none' };
}

/** R-HEAT-29: no engine stops before its vhost was seen to be empty, or nothing at all is in work. */
function stop(options: { model: RollingModel; unit: string; host: HostName }): string[] {
  const { model, unit, host } = options;
  const process = model.running[`${unit}@${host}`];
  Reflect.deleteProperty(model.running, `${unit}@${host}`);
  if (process === undefined || !unit.startsWith('heat-engine')) return [];
  return model.fed.includes(process.vhost) && !model.frozen
    ? [`stops an engine of vhost ${process.vhost}, where work may be`]
    : [];
}

function lookAt(options: { model: RollingModel; host: HostName; step: string; script: string }): string[] {
  const { model, host, step, script } = options;
  const [, vhost = '', words = ''] = /broker-vhost" engines (\S+) engine ?([^\n]*)/.exec(script) ?? [];
  if (vhost !== '') {
    const there = enginesOn({ model, vhost }).map(([unit]) => unit.replace(/^.*@/, ''));
    const [wanted, found] = [words.split(' ').sort().join(' ').trim(), there.sort().join(' ')];
    return wanted === found ? [] : [`looks for "${wanted}" on ${vhost} and finds "${found}"`];
  }
  const [, talked] = /service-transport" runs \S+ (\S+) \$pids/.exec(script) ?? [];
  if (talked !== undefined) {
    const elsewhere = Object.values(apiUnits).filter((unit) => model.running[`${unit}@${host}`]?.vhost !== talked);
    return elsewhere.map((unit) => `${unit} does not talk on vhost ${talked}`);
  }
  if (step.endsWith('/nothing-in-work')) model.frozen = true;
  if (step.endsWith('/still-ended')) return empty({ model, vhost: /-v vhost=(\S+)/.exec(script)?.[1] ?? '' });
  const code = { 'back/versions': 'installed', 'verify/versions': 'target' }[step];
  return code !== undefined && model.code[host] !== code ? ['the host has other code'] : [];
}

function empty(options: { model: RollingModel; vhost: string }): string[] {
  const { model, vhost } = options;
  const feeding = Object.keys(model.rotation).filter(
    (server) => model.rotation[server] === 'ready' && behind({ model, server })?.vhost === vhost,
  );
  if (feeding.length > 0) return [`calls vhost ${vhost} empty while ${feeding.join()} feeds it`];
  model.fed = model.fed.filter((one) => one !== vhost);
  return [];
}

function enginesOn(options: { model: RollingModel; vhost: string }): [string, Process][] {
  return Object.entries(options.model.running).filter(
    ([unit, { vhost }]) => unit.startsWith('heat-engine') && vhost === options.vhost,
  );
}

/** Where the load balancer's port says: the packaged API, or the one beside it. */
function behind(options: { model: RollingModel; server: string }): Process | null {
  const { model, server } = options;
  const [backend = '', host = ''] = server.split('/');
  const beside = model.ports[server] === packagedPorts[backend] ? '' : '-bobcat';
  return model.running[`${apiUnits[backend] ?? ''}${beside}@${host}`] ?? null;
}

/** R-HEAT-9, R-HEAT-17, R-HEAT-20: what no moment of a rolling run may have. */
function neverSo(model: RollingModel): string[] {
  const ready = Object.keys(model.rotation).filter((server) => model.rotation[server] === 'ready');
  const silent = Object.keys(apiUnits).filter((backend) => !ready.some((server) => server.startsWith(`${backend}/`)));
  const dead = ready.flatMap((server) => {
    const served = behind({ model, server });
    if (served === null) return [`${server} gets requests and does not run`];
    return enginesOn({ model, vhost: served.vhost }).length === 0
      ? [`${server} gets requests on vhost ${served.vhost}, where no engine is`]
      : [];
  });
  const lost = Object.entries(model.running).flatMap(([unit, { vhost }]) =>
    model.vhosts.includes(vhost) ? [] : [`${unit} talks on vhost ${vhost}, which is not there`],
  );
  const mixed = model.vhosts.filter(
    (vhost) => new Set(enginesOn({ model, vhost }).map(([, { code }]) => code)).size > 1,
  );
  return [
    ...silent.map((backend) => `nobody serves ${backend}`),
    ...dead,
    ...lost,
    ...mixed.map((vhost) => `two releases have engines on vhost ${vhost}`),
  ];
}
