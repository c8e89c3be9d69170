import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { codeLoads } from '../commands/code-loads';
import { drained, serve, serversUp } from '../commands/haproxy';
import type { Staged } from '../scope/lead';
import { haproxyOf, hostNames, type Scope, type ScopedService } from '../scope/scope';
import { configurationOn } from './configuration';
import { restartOthersOn } from './other-units';
import { installed, putBack } from './packages';
import { batch, type Drawn, inLanes, type Lane, phase, servingMap } from './phase';
import { proofThrough } from './service-proofs';
import { stopOnHosts } from './service-units';
import { startProofs, unitStarts } from './start';
import { closeApis } from './stop';
import { workEnds, workEndsClosed } from './work-ends';

/*
 * The staged order: the lead leaves while the rest serve with the installed code, and gets the new code at rest. What it does here
 * is outside the outage, but for the seconds in which an engine leaves.
 */

/** Its APIs leave without a lost request; each engine in a moment in which nothing is in progress, because nobody can begin anything. */
export function leadLeaves({ staged }: { staged: Staged }): Drawn {
  const { scope, lead, rest } = staged;
  const [apis, engines] = [apisOnly(scope.services), withEngines(scope.services)];
  return phase({
    scope,
    id: 'lead-leaves',
    title: `${hostsOf(lead)} leaves: requests go to ${hostsOf(rest)}, its services stop`,
    batches: [
      ...inLanes({
        group: `requests to ${hostsOf(rest)}`,
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: [requestsTo({ staged, scoped, label: `${scoped.service.name}/lead` })],
        })),
      }),
      // While everybody is served: this may take long.
      ...inLanes({
        group: 'work ends',
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: workEnds({ scope, scoped, when: 'lead-open' }),
        })),
      }),
      ...inLanes({
        group: `stop the APIs of ${hostsOf(lead)}`,
        lanes: [...apis, ...engines].flatMap((scoped) => apiStops({ lead, scoped })),
      }),
      ...engines.flatMap((scoped) => engineLeaves({ staged, scoped })),
    ],
  });
}

/** Services whose APIs do all their work, and those whose engines do it. */
const apisOnly = (services: readonly ScopedService[]): ScopedService[] =>
  services.filter(({ service }) => service.units.every(({ api }) => api !== null));
const withEngines = (services: readonly ScopedService[]): ScopedService[] =>
  services.filter(({ service }) => service.units.some(({ api }) => api === null));

const hostsOf = (part: Scope): string => listed(hostNames(part));

/** The servers of one service as this part of the cloud has them, and no request is under way at those that left. */
function requestsTo(options: { staged: Staged; scoped: ScopedService; label: string }): Batch {
  const { staged, scoped, label } = options;
  const { rest } = staged;
  const socket = haproxyOf(rest);
  const map = mapOf({ scope: rest, scoped });
  const left = map.filter(({ state }) => state === 'maint');
  return batch({
    hosts: rest.loadBalancers,
    steps: [
      serve({
        id: `${label}-leaves`,
        title: `requests for ${scoped.service.name} go to ${hostsOf(rest)}`,
        socket,
        map,
      }),
      drained({ id: `${label}-drained`, socket, map: left }),
    ],
  });
}

function mapOf({ scope, scoped }: { scope: Scope; scoped: ScopedService }): ReturnType<typeof servingMap> {
  const backends = scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  return servingMap({ scope, closed: [] }).filter(({ backend }) => backends.includes(backend));
}

function apiStops({ lead, scoped }: { lead: Scope; scoped: ScopedService }): Lane[] {
  const { service } = scoped;
  const own = lead.services.find((one) => one.service.name === service.name) ?? scoped;
  return service.units
    .filter(({ api }) => api !== null)
    .map(({ name }) => ({ lane: name, batches: stopOnHosts({ scoped: own, label: service.name, units: [name] }) }));
}

/**
 * The engine of the lead takes work from a vhost that all engines share, so it may stop only while there is none (R-HEAT-29): the APIs
 * of the service are closed for the seconds of the look and the stop, and then open on the rest.
 */
function engineLeaves({ staged, scoped }: { staged: Staged; scoped: ScopedService }): Batch[] {
  const { scope, lead, rest } = staged;
  const { service } = scoped;
  const { name } = service;
  const own = lead.services.find((one) => one.service.name === name) ?? scoped;
  const engines = service.units.filter(({ api }) => api === null).map((unit) => unit.name);
  const socket = haproxyOf(rest);
  const map = mapOf({ scope: rest, scoped });
  return [
    ...closeApis({ scope, scoped, closed: [name], label: `${name}/lead` }),
    ...workEndsClosed({ scope, scoped, when: 'lead-closed' }),
    ...stopOnHosts({ scoped: own, label: name, units: engines }),
    batch({
      hosts: rest.loadBalancers,
      steps: [
        serve({ id: `${name}/rest-open`, title: `open the APIs of ${name} on ${hostsOf(rest)}`, socket, map }),
        serversUp({ id: `${name}/rest-up`, socket, map: map.filter(({ state }) => state === 'ready') }),
      ],
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
          ...scoped.hosts.map((host) => ({
            lane: `${scoped.service.name} through ${host}`,
            batches: [batch({ hosts: [lead.proofHost], steps: proofThrough({ scope: lead, scoped, label, host }) })],
          })),
        ]),
      }),
      ...inLanes({
        group: 'rotation',
        lanes: scope.services.map((scoped) => ({
          lane: scoped.service.name,
          batches: [everybodyServes({ scope, scoped, label: `back-lead-${scoped.service.name}` })],
        })),
      }),
    ],
  });
}

function everybodyServes(options: { scope: Scope; scoped: ScopedService; label: string }): Batch {
  const { scope, scoped, label } = options;
  const socket = haproxyOf(scope);
  const map = mapOf({ scope, scoped });
  return batch({
    hosts: scope.loadBalancers,
    steps: [
      serve({ id: `${label}/serve`, title: `requests for ${scoped.service.name} go to every host again`, socket, map }),
      serversUp({ id: `${label}/up`, socket, map: map.filter(({ state }) => state === 'ready') }),
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
      ...configurationOn({ scope: lead, hosts: lead.controllers }),
      ...lead.packageSets.map(({ hosts, packages }) =>
        batch({ hosts, steps: [codeLoads({ packages, programs: lead.programs })] }),
      ),
      ...restartOthersOn({ scope: lead, hosts: lead.controllers, label: 'others' }),
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
      ...restartOthersOn({ scope: lead, hosts: lead.controllers, label: 'back-others' }),
    ],
  });
}
