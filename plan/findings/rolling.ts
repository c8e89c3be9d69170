import type { CloudFacts } from '../../catalog/facts';
import { inRotation } from '../../catalog/platform/haproxy';
import { ownVhostDescription } from '../../catalog/platform/rabbitmq';
import { seriesBetween } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { everyApi, ownVhosts, rollingScope, type RollingScope } from '../scope/rolling-scope';
import type { HostGroup } from '../scope/host-group';
import { hostOf } from '../scope/scope';
import type { KindSubject } from '../scope/subject';
import { finding } from './finding';
import { brokerToolFindings } from './tools';
import { oldVhostFindings } from './old-vhost';
import { guideFindings } from './rolling-guide';
import { roomFindings } from './rolling-room';
import { rollingSiteFindings } from './rolling-sites';
import { venvFindings } from './rolling-venv';
import { namedKeeper } from './rolling-keeper';
import { transportFindings } from './rolling-transport';
import { stuckFindings } from './rolling-work';

interface Subject extends KindSubject {
  readonly services: readonly Service[];
}

/** What stands against an upgrade host by host, beside all that stands against any (R-HEAT-1, 7..9, 14..17, 30; C.0). */
export function rollingFindings(subject: Subject): Finding[] {
  const { services } = subject;
  const [service, ...more] = services;
  if (service === undefined) return [];
  if (more.length > 0 || service.rolling === null) return [doesNotRoll(services)];
  const named = { ...subject, service, rolling: service.rolling };
  const rolling = rollingScope(subject);
  return [
    ...noOrderOfAgents(subject),
    ...sequentialOnly(subject),
    ...transportFindings(named),
    ...stuckFindings(named),
    ...brokerToolFindings(subject.facts),
    ...(rolling === null ? [] : placeFindings({ ...subject, rolling })),
  ];
}

function noOrderOfAgents({ request }: Subject): Finding[] {
  if (request.options.agents === undefined) return [];
  return [
    finding({
      what: 'agents-order-of-engines',
      level: 'blocker',
      text: 'options.agents is about a service of agents, as Ceilometer. The order of engines and APIs is in options.rolling.',
      remedy: 'Leave options.agents out.',
      sources: ['R-CEIL-23'],
    }),
  ];
}

function doesNotRoll(services: readonly Service[]): Finding {
  const rolls = services.filter(({ rolling }) => rolling !== null).map(({ name }) => name);
  return finding({
    what: 'does-not-roll',
    level: 'blocker',
    text: `${services.map(({ name }) => name).join(', ')}: a rolling upgrade is of one service that can run in two releases at once.`,
    remedy:
      rolls.length === 0
        ? 'Upgrade with openstackFullUpgrade, or name "services": ["heat"].'
        : `Name "services": ["${rolls[0] ?? ''}"], or upgrade all with openstackFullUpgrade.`,
    sources: ['R-HEAT-7'],
  });
}

/** Cold may leave a series out, accepted by name; two releases side by side are only neighbours, or of one series. */
function sequentialOnly({ scope }: Subject): Finding[] {
  const between = seriesBetween({ from: scope.from, to: scope.to });
  if (between === undefined || between < 0 || between <= 1) return [];
  return [
    finding({
      what: 'rolling-skip-level',
      level: 'blocker',
      text: `${scope.from} and ${scope.to} are no neighbours: their code is never run side by side.`,
      remedy: 'Go one series at a time, or cold with openstackFullUpgrade.',
      sources: ['R-HEAT-1'],
    }),
  ];
}

function placeFindings(options: KindSubject & { rolling: RollingScope }): Finding[] {
  return [
    ...hostCounts(options),
    ...balancedEverywhere(options),
    ...stickyBackends(options),
    ...vhostFindings(options),
    ...orderFindings(options),
    ...rollingSiteFindings(options),
    ...servesAlone(options),
    ...oldVhostFindings(options),
  ];
}

/** What only one of the orders risks or needs. */
function orderFindings(options: KindSubject & { rolling: RollingScope }): Finding[] {
  const { rolling } = options;
  switch (rolling.order) {
    case 'sideEngine':
      return [...namedKeeper({ ...options, rolling }), ...roomFindings({ ...options, rolling })];
    case 'guide':
      return guideFindings({ ...options, rolling });
    case 'venv':
      return venvFindings(rolling);
    default:
      return rolling satisfies never;
  }
}

/** One goes on serving while the other changes: with one alone there is nobody to serve (R-HEAT-8). */
function hostCounts({ rolling }: { rolling: RollingScope }): Finding[] {
  const { scoped } = rolling;
  const few = (what: string, unit: string, hosts: readonly string[]): Finding[] =>
    hosts.length > 1
      ? []
      : [
          finding({
            what,
            level: 'blocker',
            text: `${unit} runs on fewer than two hosts: nobody would serve while it is upgraded.`,
            remedy: 'Add a host, or upgrade cold with openstackFullUpgrade.',
            sources: ['R-HEAT-8'],
          }),
        ];
  const engineHosts = scoped.unitHosts[rolling.rolling.engineUnit] ?? [];
  const has = (unit: string, host: string): boolean => scoped.unitHosts[unit]?.includes(host) ?? false;
  // The keeper of the guide's order shares the APIs with others on the way forward, and serves alone on the rollback.
  const alone = servingAlone(rolling).flatMap(({ apis }) => apis);
  const missing = scoped.service.units
    .filter(({ api }) => api !== null)
    .flatMap(({ name }) =>
      alone
        .filter((host) => !has(name, host))
        .map((host) =>
          finding({
            what: `api-missing-${name}`,
            level: 'blocker',
            host,
            text: `${name} is not on ${host}, which serves alone for a part of the upgrade or of its rollback: its users would get no answer.`,
            remedy: `Install ${name} there, or upgrade cold with openstackFullUpgrade.`,
            sources: ['R-HEAT-8', 'R-HEAT-18'],
          }),
        ),
    );
  return [
    ...few('engines-too-few', rolling.rolling.engineUnit, engineHosts),
    ...few('apis-too-few', `An API of ${scoped.service.name}`, everyApi(rolling)),
    ...missing,
  ];
}

/** Every API host must be one that the load balancer can take out while it runs (R-HEAT-9). */
function balancedEverywhere({ rolling }: { rolling: RollingScope }): Finding[] {
  const { scope, scoped } = rolling;
  const strangers = scoped.apis.flatMap(({ balanced }) =>
    balanced
      .filter((server) => hostOf({ server, scope }) === null)
      .map(({ backend, server, address }) =>
        finding({
          what: `server-of-nobody-${backend}-${server}`,
          level: 'blocker',
          text: `${backend}/${server} (${address}) is no host of the cloud file: its API would stay on the old vhost, whose engines stop.`,
          remedy: 'Add the host to the cloud file, or take the server out of the load balancer.',
          sources: ['R-HEAT-9', 'R-HEAT-22'],
        }),
      ),
  );
  const missing = scoped.apis.flatMap(({ api, balanced, endpoints }) =>
    endpoints
      .filter(({ host }) => !balanced.some((server) => hostOf({ server, scope }) === host && inRotation(server)))
      .map(({ host }) =>
        finding({
          what: `not-in-rotation-${api.name}`,
          level: 'blocker',
          host,
          text: `${api.name} on ${host} gets no requests from the load balancer: it cannot take over while the others are upgraded.`,
          remedy: 'Put it behind the load balancer and into rotation.',
          sources: ['R-HEAT-9'],
        }),
      ),
  );
  return [...strangers, ...missing];
}

/** A server that is drained still gets the clients that HAProxy remembers: they lose requests when it stops (R-HEAT-9). */
function stickyBackends(options: { rolling: RollingScope; facts: CloudFacts }): Finding[] {
  const { rolling, facts } = options;
  const ours = rolling.scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  return facts.hosts.flatMap(({ host, loadBalancer }) =>
    (loadBalancer?.sticky ?? [])
      .filter((backend) => ours.includes(backend))
      .map((backend) =>
        finding({
          what: `sticky-${backend}`,
          level: 'warning',
          host,
          text: `${backend} sends clients that it remembers to the same server, also while that server is drained (cookie, stick, use-server or persist): their requests fail when it stops.`,
          remedy:
            'Take these lines out of the back end and reload HAProxy, because APIs of OpenStack need none of them; or accept that such clients lose requests.',
          sources: ['R-HEAT-9'],
        }),
      ),
  );
}

/** A vhost of our names that is not new: whatever talks there would meet our engines (R-HEAT-14, C.1). */
function vhostFindings(options: { rolling: RollingScope; facts: CloudFacts }): Finding[] {
  const { rolling, facts } = options;
  const there = facts.hosts.flatMap(({ broker }) => broker?.vhosts ?? []);
  return ownVhosts(rolling).flatMap((name) => {
    const found = there.find((vhost) => vhost.name === name);
    if (found === undefined) return [];
    const ours = found.description.startsWith(ownVhostDescription);
    return [
      finding({
        what: `vhost-taken-${name}`,
        level: 'blocker',
        text:
          `RabbitMQ has a vhost ${name} already (${found.description || 'no description'}; ${String(found.connections)} connections, ${String(found.queues)} queues). ` +
          (ours ? 'An earlier upgrade made it.' : 'This upgrade did not make it.'),
        remedy: `When nobody uses it: rabbitmqctl delete_vhost ${name}`,
        sources: ['R-HEAT-14'],
      }),
    ];
  });
}

/** Groups that serve without the others for a part of the upgrade or of its rollback. */
function servingAlone(rolling: RollingScope): readonly HostGroup[] {
  switch (rolling.order) {
    case 'sideEngine':
    case 'guide':
      return [rolling.keeper, rolling.lead];
    case 'venv':
      return [rolling.lead, rolling.rest];
    default:
      return rolling satisfies never;
  }
}

function servesAlone({ rolling }: { rolling: RollingScope }): Finding[] {
  const { alone, remedy } = aloneWords(rolling);
  return [
    finding({
      what: 'serves-alone',
      level: 'note',
      text: `For a part of the upgrade requests go to ${alone}, instead of to ${String(everyApi(rolling).length)} hosts.`,
      remedy,
      sources: ['R-HEAT-8', 'C.9'],
    }),
  ];
}

function aloneWords(rolling: RollingScope): { readonly alone: string; readonly remedy: string } {
  switch (rolling.order) {
    case 'sideEngine':
      return {
        alone: `${listed(rolling.keeper.apis)} alone, then to ${listed(rolling.lead.apis)} alone`,
        remedy:
          'Choose an hour at which they bear the load; options.rolling.keeper names more hosts for the first part.',
      };
    case 'guide':
      return {
        alone: `${listed(rolling.lead.apis)} alone`,
        remedy: rolling.switchFirst
          ? 'Choose an hour at which one bears the load until the APIs of the others have joined it.'
          : 'Choose an hour at which one bears the load, or let the APIs of the others join it: options.rolling.apis "switchFirst".',
      };
    case 'venv':
      return {
        alone: `${listed(rolling.lead.apis)} alone, then to ${listed(rolling.rest.apis)} alone`,
        remedy: 'Choose an hour at which one bears the load.',
      };
    default:
      return rolling satisfies never;
  }
}
