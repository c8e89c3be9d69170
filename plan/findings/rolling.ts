import type { CloudFacts } from '../../catalog/facts';
import { inRotation } from '../../catalog/platform/haproxy';
import { ownVhostDescription } from '../../catalog/platform/rabbitmq';
import { seriesBetween } from '../../catalog/releases';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { rollingScope } from '../scope/rolling-scope';
import { ownVhosts, type RollingScope } from '../scope/sides';
import { hostOf } from '../scope/scope';
import type { KindSubject } from '../scope/subject';
import { finding } from './finding';
import { oldVhostFindings } from './old-vhost';
import { guideFindings } from './rolling-guide';
import { roomFindings } from './rolling-room';
import { venvFindings } from './rolling-venv';
import { namedSide } from './rolling-side';
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
    ...sequentialOnly(subject),
    ...transportFindings(named),
    ...stuckFindings(named),
    ...(rolling === null ? [] : placeFindings({ ...subject, rolling })),
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
    ...namedSide(options),
    ...hostCounts(options),
    ...balancedEverywhere(options),
    ...vhostFindings(options),
    ...(options.rolling.sideOn === 'side' ? roomFindings(options) : guideFindings(options)),
    ...notes(options),
    ...oldVhostFindings(options),
    ...venvFindings(options.rolling),
  ];
}

/** One goes on serving while the other changes: with one alone there is nobody to serve (R-HEAT-8). */
function hostCounts({ rolling }: { rolling: RollingScope }): Finding[] {
  const { side, first, others, scoped } = rolling;
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
  const has = (unit: string, host: string): boolean => scoped.unitHosts[unit]?.includes(host) ?? false;
  // A side of the installed code as it always was shares the APIs among its hosts, but its last one serves alone on the rollback.
  const alone = [...(rolling.sideOn === 'old' ? side.apis.slice(-1) : side.apis), ...first.apis];
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
    ...few('engines-too-few', rolling.rolling.engineUnit, [...side.engines, ...first.engines, ...others.engines]),
    ...few('apis-too-few', `An API of ${scoped.service.name}`, [...side.apis, ...first.apis, ...others.apis]),
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

function notes({ rolling }: { rolling: RollingScope }): Finding[] {
  const { side, first, others, sideOn } = rolling;
  const count = side.apis.length + first.apis.length + others.apis.length;
  const [alone, remedy] =
    sideOn === 'side'
      ? [
          `${listed(side.apis)} alone, then to ${listed(first.apis)} alone`,
          'Choose an hour at which they bear the load; options.rolling.side names more hosts for the first part.',
        ]
      : [
          `${listed(first.apis)} alone`,
          rolling.switchFirst
            ? 'Choose an hour at which one bears the load until the APIs of the others have joined it.'
            : 'Choose an hour at which one bears the load, or let the APIs of the others join it: options.rolling.apis "switchFirst".',
        ];
  return [
    finding({
      what: 'serves-alone',
      level: 'note',
      text: `For a part of the upgrade requests go to ${alone}, instead of to ${String(count)} hosts.`,
      remedy,
      sources: ['R-HEAT-8', 'C.9'],
    }),
  ];
}
