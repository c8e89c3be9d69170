import { seriesBetween } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding, Plan } from '../../schema/plan';
import type { Request } from '../../schema/request';
import { agentsBeyondControllers, type ComputeHost } from '../scope/computes';
import { finding } from './finding';

interface Asked {
  readonly kind: Plan['kind'];
  /** The installed series. */
  readonly from: string;
  readonly request: Request;
  readonly services: readonly Service[];
  readonly computes: readonly ComputeHost[];
  /** They are all that is upgraded: the controllers have the target. */
  readonly alone: boolean;
}

/** What a run does with polling agents of hosts that are no controllers, and how to choose otherwise (R-CEIL-12). */
export function computeFindings(options: Asked): Finding[] {
  const { request, services } = options;
  const withAgents = services.filter((service) => agentsBeyondControllers(service).length > 0);
  return [
    ...(request.options.agents?.computes !== undefined && withAgents.length === 0 ? [ofNobody(services)] : []),
    ...withAgents.flatMap((service) => ofService({ ...options, service })),
  ];
}

function ofNobody(services: readonly Service[]): Finding {
  return finding({
    what: 'computes-of-nobody',
    level: 'blocker',
    text: `options.agents.computes is about agents on hosts that are no controllers, and ${listed(services.map(({ name }) => name))} ${services.length === 1 ? 'has' : 'have'} none.`,
    remedy: 'Leave options.agents out, or add ceilometer to "services".',
    sources: ['R-CEIL-12'],
  });
}

function ofService(options: Asked & { readonly service: Service }): Finding[] {
  const { kind, request, service, computes, alone } = options;
  const names = agentsBeyondControllers(service).map(({ name }) => name);
  const own = computes
    .map((one) => ({ ...one, units: one.units.filter((unit) => names.includes(unit)) }))
    .filter(({ units }) => units.length > 0);
  const does = (what: ComputeHost['does']): ComputeHost[] => own.filter((one) => one.does === what);
  const wish = request.options.agents?.computes;
  if (own.length === 0) return wish === undefined ? [] : [nobodyThere(service)];
  const [upgraded, stopped, left] = [does('upgraded'), does('stopped'), does('left')];
  return [
    ...(upgraded.length === 0
      ? []
      : [alone ? follow({ ...options, hosts: upgraded }) : takesPart({ service, kind, hosts: upgraded })]),
    ...(stopped.length === 0 ? [] : [stopsMeanwhile({ ...options, hosts: stopped })]),
    ...(left.length === 0 ? [] : [pollsOn({ ...options, hosts: left })]),
  ];
}

function nobodyThere({ name, title }: Service): Finding {
  return finding({
    what: `computes-none-${name}`,
    level: 'note',
    text: `options.agents.computes changes nothing here: no agent of ${title} runs on a host that is no controller.`,
    remedy: 'Nothing. A host that is not in the cloud file is not known to the run.',
    sources: ['R-CEIL-12'],
  });
}

interface OfHosts {
  readonly service: Service;
  readonly kind: Plan['kind'];
  readonly hosts: readonly ComputeHost[];
}

function takesPart({ service, kind, hosts }: OfHosts): Finding {
  const { name, title } = service;
  return finding({
    what: `computes-upgraded-${name}`,
    level: 'note',
    text: `${agentsOf(hosts)}: the run upgrades ${title} there as well, although ${hosts.length === 1 ? 'the host is no controller' : 'these hosts are no controllers'}.`,
    remedy: `Nothing. To leave them with the installed release: ${choice(kind === 'full' ? 'stop' : 'leave')}.`,
    sources: ['R-CEIL-12', 'R-CEIL-24'],
  });
}

/** After the controllers, by a run of their own. */
function follow({ service, hosts, request }: Asked & OfHosts): Finding {
  const { name, title } = service;
  return finding({
    what: `computes-follow-${name}`,
    level: 'note',
    text:
      `${agentsOf(hosts)}: ${hosts.length === 1 ? 'this host has' : 'these hosts have'} the release before, and every controller has ${request.to} already. ` +
      `The run upgrades ${title} there and changes no controller.`,
    remedy: 'Nothing.',
    sources: ['R-CEIL-12', 'R-CEIL-24'],
  });
}

function stopsMeanwhile(options: Asked & OfHosts): Finding {
  const { service, hosts, request } = options;
  const { name, title } = service;
  return finding({
    what: `agents-stay-old-${name}`,
    level: 'warning',
    text:
      `${agentsOf(hosts)}: not upgraded, because ${whyNot({ hosts, request })}. These agents stop with all others of ${title}, and start again with the installed ` +
      `release once the new polling agents are proved. ${readByNew(options)}`,
    remedy:
      `Accept, and upgrade these hosts in the days after: openstackPartialUpgrade with "services": ["${name}"] and ${choice('upgrade')} changes them alone. Every later plan reminds of it. To upgrade them in this run: the same option. ` +
      `To let them poll on meanwhile: ${choice('leave')}.`,
    sources: ['R-CEIL-9', 'R-CEIL-12', 'R-CEIL-24'],
  });
}

function pollsOn(options: Asked & OfHosts): Finding {
  const { service, kind, hosts, request } = options;
  const { name, title } = service;
  const meanwhile =
    kind === 'full'
      ? `while those of the controllers change. ${title}'s guide has all of them stopped first.`
      : 'beside new ones: an agent of a compute host polls its own host, and shares nothing with others.';
  return finding({
    what: `agents-stay-old-${name}`,
    level: 'warning',
    text: `${agentsOf(hosts)}: not upgraded, because ${whyNot({ hosts, request })}. These agents poll on with the installed release ${meanwhile} ${readByNew(options)}`,
    remedy:
      `Accept, and upgrade these hosts in the days after: openstackPartialUpgrade with "services": ["${name}"] and ${choice('upgrade')} changes them alone. Every later plan reminds of it. To upgrade them in this run: the same option.` +
      (kind === 'full' ? ` To stop them while the others change: ${choice('stop')}.` : ''),
    sources: ['R-CEIL-9', 'R-CEIL-12', 'R-CEIL-24'],
  });
}

function whyNot({ hosts, request }: { hosts: readonly ComputeHost[]; request: Request }): string {
  if (request.options.agents?.computes !== undefined) return 'the request says so';
  return hosts.some(({ beside }) => beside === null)
    ? 'what else runs there could not be read'
    : `other services of OpenStack are on ${hosts.length === 1 ? 'the host' : 'these hosts'}, and would get new Python packages`;
}

/** Seen with agents of 2022.2 before notification agents of 2023.2: nothing of what they sent was kept. */
function readByNew({ kind, from, request }: Asked): string {
  const between = seriesBetween({ from, to: request.to });
  const reads = 'New notification agents read what agents of the release before send';
  if (between !== undefined && between <= 1) return `${reads}.`;
  return `${reads}, and throw away what some older ones do (those of 2023.2 that of 2022.2)${kind === 'full' ? ': whether it arrives is not proved' : ''}.`;
}

/** `ceilometer-agent-compute on cmp1 and cmp2 (beside nova-compute)`. */
function agentsOf(hosts: readonly ComputeHost[]): string {
  const alike = hosts.map((one) => ({ ...one, said: saidOf(one) }));
  const kinds = [...new Set(alike.map(({ said }) => JSON.stringify(said)))];
  return kinds
    .map((kind) => {
      const own = alike.filter(({ said }) => JSON.stringify(said) === kind);
      const [units, beside] = own[0]?.said ?? ['', ''];
      return `${units} on ${listed(own.map(({ host }) => host))}${beside}`;
    })
    .join('; ');
}

function saidOf({ units, beside }: ComputeHost): readonly [string, string] {
  return [listed(units), beside === null || beside.length === 0 ? '' : ` (beside ${listed(beside)})`];
}

const choice = (computes: string): string => `"options": {"agents": {"computes": "${computes}"}}`;
