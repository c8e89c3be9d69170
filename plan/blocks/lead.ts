import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { codeLoads } from '../commands/code-loads';
import { drained, serve, serversUp } from '../commands/haproxy';
import { engineLeft } from '../commands/rabbitmq';
import { beginStop } from '../commands/systemd';
import type { Staged } from '../scope/lead';
import { haproxyOf, hostNames, type Scope, type ScopedService } from '../scope/scope';
import { configurationOn } from './configuration';
import { restartOthersOn } from './other-units';
import { openService, servingOf } from './open';
import { installed, putBack } from './packages';
import { batch, type Drawn, inLanes, type Lane, onBroker, phase, serversOf, proofLane } from './phase';
import { codeAtRest } from './schema';
import { proofThrough } from './service-proofs';
import { stopOnHosts } from './service-units';
import { startProofs, unitStarts } from './start';
import { closeApis } from './stop';
import { workEndsClosed, workPauses } from './work-ends';

/*
 * The staged order: the lead leaves while the rest serve with the installed code, and gets the new code at rest. What it does here
 * is outside the outage, but for the seconds in which an engine leaves.
 */

/** Its APIs leave without a lost request; each engine in a moment in which nothing is in progress, because nobody can begin anything. */
export function leadLeaves({ staged }: { staged: Staged }): Drawn {
  const { scope, lead, rest } = staged;
  return phase({
    scope,
    id: 'lead-leaves',
    title: `${hostsOf(lead)} leaves: requests go to ${hostsOf(rest)}, its services stop`,
    batches: [
      ...inLanes({
        group: `requests to ${hostsOf(rest)}`,
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: [leaves({ rest, scoped })],
        })),
      }),
      // While everybody is served: this may take long.
      ...inLanes({
        group: 'work ends',
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: workPauses({ scope, scoped, when: 'lead-open' }),
        })),
      }),
      ...inLanes({ group: `stop the APIs of ${hostsOf(lead)}`, lanes: lead.services.flatMap(apiStops) }),
      ...lead.services.flatMap((scoped) => engineLeaves({ staged, scoped })),
    ],
  });
}

const hostsOf = (part: Scope): string => listed(hostNames(part));

/** Requests for one service go to the rest, and those under way at the lead end. */
function leaves({ rest, scoped }: { rest: Scope; scoped: ScopedService }): Batch {
  const { name } = scoped.service;
  const socket = haproxyOf(rest);
  const map = serversOf({ scope: rest, scoped });
  return batch({
    hosts: rest.loadBalancers,
    steps: [
      // HAProxy must see them up before the lead leaves, or for a moment nobody serves.
      serversUp({ id: `${name}/rest-serves`, socket, map: servingOf({ scope: rest, map }) }),
      serve({ id: `${name}/lead-leaves`, title: `requests for ${name} go to ${hostsOf(rest)}`, socket, map }),
      drained({ id: `${name}/lead-drained`, socket, map: map.filter(({ state }) => state === 'maint') }),
    ],
  });
}

function apiStops(scoped: ScopedService): Lane[] {
  const { name, units } = scoped.service;
  return units
    .filter(({ api }) => api !== null)
    .map((unit) => ({ lane: unit.name, batches: stopOnHosts({ scoped, label: name, units: [unit.name] }) }));
}

/**
 * The engine of the lead takes work from a vhost that all engines share, so it may leave only while there is none (R-HEAT-29): the APIs
 * of the service are closed for the seconds of the look, and open on the rest as soon as the broker says that it takes no more.
 * `scoped`: on the lead.
 */
function engineLeaves({ staged, scoped }: { staged: Staged; scoped: ScopedService }): Batch[] {
  const { scope, rest } = staged;
  const { name, units } = scoped.service;
  const engines = units.filter(({ api }) => api === null).map((unit) => unit.name);
  if (engines.length === 0) return [];
  const stops = stopOnHosts({ scoped, label: name, units: engines });
  const leaves = leavesBroker({ scope, scoped, engines });
  return [
    ...closeApis({ scope, scoped, closed: [name], label: `${name}/lead` }),
    ...workEndsClosed({ scope, scoped, when: 'lead-closed' }),
    ...(leaves ?? stops),
    ...openService({
      scope: rest,
      scoped,
      id: `${name}/rest-open`,
      upId: `${name}/rest-up`,
      title: `open the APIs of ${name} on ${hostsOf(rest)}`,
    }),
    ...(leaves === null ? [] : stops),
  ];
}

/** Null: the broker cannot tell what takes work on the lead from the others, so it has to stop before the rest open. */
function leavesBroker(options: { scope: Scope; scoped: ScopedService; engines: readonly string[] }): Batch[] | null {
  const { scope, scoped, engines } = options;
  const { service, engineVhost, engineNames, unitHosts } = scoped;
  const { rolling } = service;
  if (rolling === null || engineVhost === null || scope.brokers.length === 0) return null;
  const { engineUnit: unit, topic, queues } = rolling;
  // Another kind of engine has queues of its own, of which nothing is known here.
  if (engines.some((one) => one !== unit)) return null;
  const hosts = unitHosts[unit] ?? [];
  const names = hosts.flatMap((host) => engineNames[host] ?? []);
  const others = Object.entries(engineNames).flatMap(([host, one]) => (hosts.includes(host) ? [] : [one]));
  if (names.length < hosts.length || names.some((one) => others.includes(one))) return null;
  return [
    batch({
      hosts,
      steps: [beginStop({ id: `${service.name}/lead/leave-${unit}`, unit, requirements: ['R-HEAT-29', 'R-OPS-61'] })],
    }),
    onBroker({
      scope,
      steps: [engineLeft({ id: `${service.name}/lead/engine-left`, vhost: engineVhost, topic, queues, names })],
    }),
  ];
}

/** With the installed code beside the rest, which never left. */
export function undoLeadLeaves({ staged }: { staged: Staged }): Drawn {
  const { scope, lead } = staged;
  const lanes = (of: (scoped: ScopedService, label: string) => readonly Lane[]): Lane[] =>
    lead.services.flatMap((scoped) => of(scoped, `back-lead-${scoped.service.name}`));
  return phase({
    scope,
    id: 'back-lead-leaves',
    title: `Rollback: ${hostsOf(lead)} starts with the installed code, in rotation`,
    batches: [
      ...inLanes({
        group: 'start',
        lanes: lanes((scoped, label) =>
          unitStarts({ scope: lead, scoped, label, requirements: ['R-OPS-44', 'R-OPS-71'] }),
        ),
      }),
      ...inLanes({
        group: 'prove',
        lanes: lanes((scoped, label) => [
          ...startProofs({ scope: lead, scoped, label }),
          ...scoped.hosts.map((host) =>
            proofLane({
              lane: `${scoped.service.name} through ${host}`,
              scope: lead,
              steps: proofThrough({ scope: lead, scoped, label, host }),
            }),
          ),
        ]),
      }),
      ...inLanes({
        group: 'rotation',
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: openService({
            scope,
            scoped,
            id: `back-lead-${scoped.service.name}/serve`,
            upId: `back-lead-${scoped.service.name}/up`,
            title: `requests for ${scoped.service.name} go to every host again`,
          }),
        })),
      }),
    ],
  });
}

/** Packages and configuration, and what can be proved of code that must not start yet: it loads. */
export function leadCode({ staged }: { staged: Staged }): Drawn {
  const { scope, lead, rest } = staged;
  return phase({
    scope,
    id: 'lead-code',
    title: `${hostsOf(lead)}: new packages, while ${hostsOf(rest)} serves`,
    batches: [
      ...installed({ scope: lead }),
      ...configurationOn({ scope: lead, hosts: lead.upgradedHosts }),
      ...inLanes({
        group: 'new code at rest',
        lanes: [
          {
            lane: 'programs',
            batches: lead.packageSets.map(({ hosts, packages }) =>
              batch({ hosts, steps: [codeLoads({ packages, programs: lead.programs })] }),
            ),
          },
          ...codeAtRest({ scope: lead }),
        ],
      }),
      ...restartOthersOn({ scope: lead, hosts: lead.upgradedHosts, label: 'others' }),
    ],
  });
}

export function undoLeadCode({ staged }: { staged: Staged }): Drawn {
  const { scope, lead } = staged;
  return phase({
    scope,
    id: 'back-lead-code',
    title: `Rollback: recorded packages and configuration on ${hostsOf(lead)}`,
    batches: [
      ...putBack({ scope: lead }),
      ...restartOthersOn({ scope: lead, hosts: lead.upgradedHosts, label: 'back-others' }),
    ],
  });
}
