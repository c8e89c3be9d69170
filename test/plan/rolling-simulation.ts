import { phasesBack, type Phase, type Plan, type Step } from '../../schema/plan';

/** An engine or an API that runs: the code it was started with, and the vhost that it talks on. */
interface Running {
  readonly code: 'installed' | 'new';
  readonly vhost: string;
}

/** A toy cloud that a plan is played on, command by command, as far as engines, APIs, vhosts and rotation go. */
export interface Simulated {
  /** By unit and host: `heat-engine@ctl1`. */
  readonly running: Record<string, Running>;
  /** By server: `heat_api/ctl1`. */
  readonly rotation: Record<string, string>;
  /** By server, where it is not the one it had. */
  readonly ports: Record<string, string>;
  readonly code: Record<string, 'installed' | 'new'>;
  /** Vhost of each configuration file: `/etc/heat/heat.conf@ctl1`. */
  readonly vhosts: Record<string, string>;
}

export interface Moment {
  readonly at: string;
  readonly cloud: Simulated;
  /** The step that came last before this one, on whatever host. */
  readonly before: string | null;
  readonly stops: readonly string[];
}

const units = ['heat-api', 'heat-api-cfn', 'heat-engine'];
const config = '/etc/heat/heat.conf';

/** What a person may stop a run in: some phases whole, and the first batches of the next. */
export interface Stop {
  readonly phases: number;
  readonly batches: number;
}

/** The phases of a run that stops there and then goes back. */
export function thereAndBack(options: { plan: Plan; stop: Stop }): Phase[] {
  const begun = options.plan.phases.slice(0, options.stop.phases + 1);
  const whole = begun.slice(0, options.stop.phases);
  const cut = begun.slice(options.stop.phases).map((phase) => ({
    ...phase,
    batches: phase.batches.slice(0, options.stop.batches),
    serving: null,
  }));
  return [...whole, ...cut, ...phasesBack(begun)];
}

/** Every moment of a plan at which something has changed. Hosts of a batch go side by side: any of them may be first. */
export function play(options: { phases: readonly Phase[]; unitHosts: (unit: string) => readonly string[] }): Moment[] {
  const { phases, unitHosts } = options;
  const cloud: Simulated = { running: {}, rotation: serversOf(phases), ports: {}, code: {}, vhosts: {} };
  for (const unit of units) {
    for (const host of unitHosts(unit)) {
      cloud.running[`${unit}@${host}`] = { code: 'installed', vhost: '/' };
      cloud.code[host] = 'installed';
      cloud.vhosts[`${config}@${host}`] = '/';
    }
  }
  const moments: Moment[] = [];
  let before: string | null = null;
  const batches = phases.flatMap((phase) => [...phase.batches, ...(phase.serving === null ? [] : [phase.serving])]);
  for (const { hosts, steps } of batches) {
    const last: string | null = before;
    for (const host of hosts) {
      before = last;
      for (const step of steps) {
        for (const stops of effects({ cloud, step, host }))
          moments.push({ at: `${step.id}@${host}`, cloud: structuredClone(cloud), before, stops });
        before = step.id;
      }
    }
  }
  return moments;
}

/** Every server that is ever moved: in rotation when the plan begins. */
function serversOf(phases: readonly Phase[]): Record<string, string> {
  const named = JSON.stringify(phases).matchAll(/set server (\S+) state/g);
  return Object.fromEntries([...named].map(([, server = '']) => [server, 'ready']));
}

/** Does what the step's commands say, one after the other; tells after each which units it stopped. */
function* effects(options: { cloud: Simulated; step: Step; host: string }): Generator<readonly string[]> {
  const { cloud, step, host } = options;
  if (step.kind !== 'change') return;
  if (step.id === 'packages/install') {
    cloud.code[host] = 'new';
    yield [];
  }
  if (step.id === 'back/packages') cloud.code[host] = 'installed';
  if (step.id.endsWith('/configuration')) cloud.vhosts[`${config}@${host}`] = '/';
  if (step.id.endsWith('/apis-as-configured')) Reflect.deleteProperty(cloud.vhosts, `apis@${host}`);
  for (const line of step.run.split('\n')) {
    const server = /set server (\S+) state (\w+)/.exec(line);
    const vhost = /service-transport" set (\S+) (\S+)/.exec(line);
    const stopped = /^systemctl (?:stop|disable --quiet --now) (\S+)/.exec(line);
    const started = /^systemctl (?:start|enable --quiet --now) (\S+)/.exec(line);
    const moved = /set server (\S+) addr \S+ port (\d+)/.exec(line);
    if (moved !== null) cloud.ports[moved[1] ?? ''] = moved[2] ?? '';
    const apis = /service-transport" env \S+ \S+ (\S+)/.exec(line)?.[1];
    const unit = `${stopped?.[1] ?? started?.[1] ?? ''}@${host}`;
    // A change looks before it acts: what is so already stays as it is.
    if ((stopped !== null && !(unit in cloud.running)) || (started !== null && unit in cloud.running)) continue;
    if (apis !== undefined) cloud.vhosts[`apis@${host}`] = apis;
    else if (server !== null) cloud.rotation[server[1] ?? ''] = server[2] ?? '';
    else if (vhost !== null) cloud.vhosts[`${vhost[1] ?? ''}@${host}`] = vhost[2] ?? '';
    else if (stopped !== null) Reflect.deleteProperty(cloud.running, `${stopped[1] ?? ''}@${host}`);
    else if (started !== null)
      cloud.running[`${started[1] ?? ''}@${host}`] = startedAs({ cloud, unit: started[1] ?? '', host });
    else continue;
    yield stopped === null ? [] : [`${stopped[1] ?? ''}@${host}`];
  }
}

function startedAs(options: { cloud: Simulated; unit: string; host: string }): Running {
  const { cloud, unit, host } = options;
  // Beside the packages, from wheels: new code whatever is installed.
  if (unit.endsWith('-bobcat')) return { code: 'new', vhost: cloud.vhosts[`/etc/heat-bobcat/heat.conf@${host}`] ?? '' };
  const file = unit.endsWith('-side') ? config.replace('.conf', '-side.conf') : config;
  const own = unit.startsWith('heat-api') ? cloud.vhosts[`apis@${host}`] : undefined;
  return { code: cloud.code[host] ?? 'installed', vhost: own ?? cloud.vhosts[`${file}@${host}`] ?? '' };
}
