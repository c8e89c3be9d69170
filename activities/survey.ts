import type { ComputesChoice } from '../schema/agents-order';
import { haproxiesOf, hostsWith, type Cloud, type Role } from '../schema/cloud';
import type { CloudFacts, HostFacts, HostUnread } from '../catalog/facts';
import type { Service } from '../catalog/service';
import * as clock from '../catalog/platform/clock';
import { Unreadable } from '../catalog/reader';
import { parseSurvey, surveyScript, type SurveyScope } from '../catalog/survey';
import { schemaNamesOf } from '../plan/draw-up';
import { carriesUnits } from '../plan/scope/computes';
import type { Programs } from '../programs';
import type { Reach } from './reach';
import { SudoRefused, TransportError } from '../remote';
import { redact } from './redact';

/** Package lists of a slow mirror take a minute; a host that needs five is in no state to be upgraded tonight. */
const surveySeconds = 300;

/**
 * Reads every host. Controllers first: they say which schemas the services use, and work in flight is read there. A host that is no controller and turns out
 * to have agents of these services is read once more, with its packages, unless the request leaves it alone.
 * A host that cannot be read is in `unread` with its reason; the others are read all the same, so that one preflight
 * shows everything there is to mend.
 */
export async function survey(options: {
  reach: Reach;
  services: readonly Service[];
  to: string;
  computes?: ComputesChoice;
  programs: Programs;
  signal?: AbortSignal;
  onHost: (progress: { surveyed: number; of: number }) => void;
}): Promise<CloudFacts> {
  const { reach, onHost } = options;
  const of = Object.keys(reach.cloud.hosts).length;
  let surveyed = 0;
  const read = async (hosts: readonly string[], schemaNames: Record<string, string>): Promise<CloudFacts> =>
    cloudFacts(
      await Promise.all(
        hosts.map(async (host) => {
          const result = await surveyWhole({ ...options, host, schemaNames });
          onHost({ surveyed: ++surveyed, of });
          return result;
        }),
      ),
    );
  const controllers = hostsWith({ cloud: reach.cloud, role: 'controller' });
  const first = await read(controllers, {});
  const rest = Object.keys(reach.cloud.hosts)
    .filter((host) => !controllers.includes(host))
    .sort();
  const second = await read(rest, schemaNamesOf({ facts: first, services: options.services }));
  return { hosts: [...first.hosts, ...second.hosts], unread: [...first.unread, ...second.unread] };
}

type Surveyed = { readonly facts: HostFacts } | { readonly unread: HostUnread };

function cloudFacts(results: readonly Surveyed[]): CloudFacts {
  return {
    hosts: results.flatMap((one) => ('facts' in one ? [one.facts] : [])),
    unread: results.flatMap((one) => ('unread' in one ? [one.unread] : [])),
  };
}

/** Of a thousand compute hosts without agents of the run nobody needs the lists of their packages' source. */
async function surveyWhole(
  options: Parameters<typeof surveyHost>[0] & { computes?: ComputesChoice },
): Promise<Surveyed> {
  const { reach, host, services, computes } = options;
  const result = await surveyHost(options);
  if ('unread' in result || computes === 'stop' || computes === 'leave') return result;
  return carriesUnits({ cloud: reach.cloud, facts: result.facts, services })
    ? surveyHost({ ...options, host, carries: true })
    : result;
}

async function surveyHost(options: {
  reach: Reach;
  services: readonly Service[];
  to: string;
  programs: Programs;
  host: string;
  schemaNames: Record<string, string>;
  carries?: true;
  signal?: AbortSignal;
}): Promise<Surveyed> {
  const { reach, host, signal } = options;
  const scope = scopeOf({ ...options, cloud: reach.cloud });
  try {
    const clockOffsetSeconds = await clockOffset({ reach, host });
    const script = surveyScript(scope).text;
    const { stdout } = await reach.root.run({
      host,
      script,
      deadlineSeconds: surveySeconds,
      maxOutputBytes: 32 * 2 ** 20,
      ...(signal === undefined ? {} : { signal }),
    });
    return { facts: parseSurvey({ scope, stdout, ...(clockOffsetSeconds === null ? {} : { clockOffsetSeconds }) }) };
  } catch (error) {
    return { unread: unreadOf({ host, error }) };
  }
}

/** Measured with one short command of its own: a survey takes seconds and would blur it. Null: the host said no time. */
async function clockOffset(options: { reach: Reach; host: string }): Promise<number | null> {
  const { reach, host } = options;
  await reach.root.run({ host, script: ':', deadlineSeconds: 60 });
  const before = Date.now();
  const { stdout } = await reach.root.run({ host, script: clock.script.text, deadlineSeconds: 60 });
  return clock.offsetSeconds({ stdout, before, after: Date.now() });
}

function scopeOf(options: {
  cloud: Cloud;
  host: string;
  services: readonly Service[];
  to: string;
  programs: Programs;
  schemaNames: Record<string, string>;
  carries?: true;
}): SurveyScope {
  const { cloud, host, services, to, programs, schemaNames, carries } = options;
  const balancers = haproxiesOf(cloud);
  const roles: readonly Role[] = cloud.hosts[host]?.roles ?? [];
  return {
    host,
    // What stands there is no HAProxy: neither its socket nor its tools are looked for.
    roles: roles.filter((role) => role !== 'load-balancer' || balancers.hosts.includes(host)),
    services,
    targetSource: cloud.sourceTexts[to] ?? '',
    loadBalancerSocket: balancers.socket,
    credentials: cloud.openstack.credentials,
    schemaNames,
    programs,
    ...(carries === undefined ? {} : { carries }),
    ...(host === cloud.lockHost ? { timesOf: cloud.cloud } : {}),
  };
}

/** @throws anything that is not about the host: that is a bug, and Temporal shows it as one. */
function unreadOf(options: { host: string; error: unknown }): HostUnread {
  const { host, error } = options;
  if (error instanceof SudoRefused) return { host, problem: 'sudo', sentence: error.message };
  if (error instanceof Unreadable) return { host, problem: 'survey', sentence: `${host}: ${redact(error.message)}` };
  if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
  const problem = error.kind === 'hostKey' || error.kind === 'auth' ? error.kind : 'unreachable';
  return { host, problem, sentence: error.message };
}
