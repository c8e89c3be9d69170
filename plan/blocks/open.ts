import { listed } from '../../schema/names';
import type { Batch, Step } from '../../schema/plan';
import { setFrontends } from '../commands/frontends';
import { serve, serversUp, type Serving, throughTheFront } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import type { Staged } from '../scope/lead';
import { hostNames, hostOf, type Scope, type ScopedApi, type ScopedService } from '../scope/scope';
import { recordConfigurationOn } from './packages';
import { batch, type Drawn, type Lane, phase, serversOf, servingMap, proofLane } from './phase';
import { canaryAway } from './service-proofs';

/** Opens the APIs. What users write from here on would be lost by a restore: hence the gate. */
export function open(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'open',
    title: 'Open: APIs back in rotation',
    gate: openGate({ scope, proved: 'Every host does its work with the new code. ', also: '' }),
    batches: [opens({ scope, title: 'open every API' }), frontsAnswer({ scope, label: 'open' })],
  });
}

/** The same on the lead alone, while the rest are stopped and have the installed code. */
export function openLead({ staged }: { staged: Staged }): Drawn {
  const { scope, lead, rest } = staged;
  const [first, others] = [hostNames(lead), hostNames(rest)].map(listed);
  return phase({
    scope,
    id: 'open',
    title: `Open: ${first ?? ''} in rotation`,
    gate: openGate({
      scope,
      proved: `${first ?? ''} ${hostNames(lead).length === 1 ? 'does its' : 'do their'} work with the new code. `,
      also: `Only ${first ?? ''} ${hostNames(lead).length === 1 ? 'serves' : 'serve'} then; ${others ?? ''} ${hostNames(rest).length === 1 ? 'gets' : 'get'} the new packages next. `,
    }),
    batches: [opens({ scope: lead, title: `open the APIs on ${first ?? ''}` }), frontsAnswer({ scope, label: 'open' })],
  });
}

function openGate(options: { scope: Scope; proved: string; also: string }): Drawn['gate'] {
  const { scope, proved, also } = options;
  if (opensNothing(scope)) return null;
  return {
    question:
      `${proved}${early(scope)}${also}Opening ends the rollback without loss: what users write from then on would be lost by ` +
      'a restore. What takes longer to prove follows then. Open the APIs?',
    automatic: scope.openAutomatically,
  };
}

function opens({ scope, title }: { scope: Scope; title: string }): Batch {
  const map = servingMap({ scope, closed: [] });
  return batch({
    hosts: scope.loadBalancers,
    steps: [
      ...opened({ scope, id: 'open/serve', upId: 'open/up', title, map }),
      ...letUsersIn({ scope, id: 'open/users-in' }),
    ],
  });
}

/** What the run has made for its proofs goes, and the configuration is recorded as the run leaves it. */
export function leftovers({ scope }: { scope: Scope }): Lane[] {
  return [
    ...scope.services.map((scoped) => {
      const { name } = scoped.service;
      return proofLane({ lane: `canary of ${name}`, scope, steps: canaryAway({ scope, scoped, label: name }) });
    }),
    { lane: 'configuration', batches: recordConfigurationOn({ scope }) },
  ];
}

/** `label` begins the ids. */
export function frontsAnswer({ scope, label }: { scope: Scope; label: string }): Batch {
  return batch({
    hosts: scope.loadBalancers,
    steps: scope.services.flatMap(({ apis }) =>
      apis.flatMap(({ api, listeners }) =>
        listeners.slice(0, 1).map((listener) => throughTheFront({ id: `${label}/${api.name}`, listener, api })),
      ),
    ),
  });
}

/** The APIs of one service on every host that had them open before. */
export function openService(options: {
  scope: Scope;
  scoped: ScopedService;
  id: string;
  upId: string;
  title: string;
}): Batch[] {
  const { scope, scoped } = options;
  const map = serversOf({ scope, scoped });
  return map.length === 0 ? [] : [batch({ hosts: scope.loadBalancers, steps: opened({ ...options, map }) })];
}

/** Nothing where there is no server. */
export function opened(options: {
  scope: Scope;
  id: string;
  upId: string;
  title: string;
  map: readonly Serving[];
}): Step[] {
  const { scope, id, upId, title, map } = options;
  if (map.length === 0) return [];
  const step = { id, title, map };
  const serving = servingOf({ scope, map });
  return onLoadBalancer({
    cloud: scope.cloud,
    haproxy: (socket) => [
      serve({ ...step, socket }),
      ...(serving.length === 0 ? [] : [serversUp({ id: upId, socket, map: serving })]),
    ],
    byHand: () => moveByHand({ scope, ...step }),
  });
}

/**
 * Of these servers those that will be up. Others were accepted as they are (`server-not-serving`), and waiting for them would never end: one
 * without weight, which nobody gives any, and one that was down before and is on no host of the cloud file.
 */
export function servingOf({ scope, map }: { scope: Scope; map: readonly Serving[] }): Serving[] {
  const left = scope.services.flatMap(({ apis }) =>
    apis.flatMap(({ balanced }) =>
      balanced
        .filter((server) => server.weight === 0 || (!server.up && hostOf({ server, scope }) === null))
        .map(({ backend, server }) => `${backend}/${server}`),
    ),
  );
  return map.filter((one) => one.state === 'ready' && !left.includes(`${one.backend}/${one.server}`));
}

/** Services that nobody calls: there is nothing to ask about, because no user comes back. */
export function opensNothing({ services }: Pick<Scope, 'services'>): boolean {
  return services.every(({ apis }) => apis.length === 0);
}

/** What users may have written already, because they reach a service that others need. */
function early(scope: Scope): string {
  const names = reachedEarly(scope).map(({ service }) => service.name);
  if (names.length === 0) return '';
  return `${listed(names)} ${names.length === 1 ? 'serves' : 'serve'} already: what users have written there since its start would be lost, too. `;
}

/** Services that others of this run need at the load balancer. The others stay closed until the gate. */
export function openEarly({ services }: Pick<Scope, 'services'>): ScopedService[] {
  return services.filter(({ service }) => services.some((other) => other.service.needs.includes(service.name)));
}

/** Of these, the ones that users reach as well: at a front end that serves both, or at one of which nothing is known. */
export function reachedEarly(scope: Pick<Scope, 'services'>): ScopedService[] {
  return openEarly(scope).filter((scoped) => scoped.apis.some((api) => api.api.faces !== 'services' && !isSplit(api)));
}

/** Users and services come in through front ends of their own: users can be kept out while services are served. */
function isSplit({ fronts }: ScopedApi): boolean {
  const faces = fronts.map((front) => front.faces);
  return faces.includes('services') && faces.every((face) => face === 'users' || face === 'services');
}

/** Front ends of users before a service that others need opens; they open with everything else, behind the gate. */
export function keepUsersOut(options: { scope: Scope; scoped: ScopedService; label: string }): Batch[] {
  const { scope, scoped, label } = options;
  const closed = userFronts([scoped]);
  if (closed.length === 0) return [];
  const { name } = scoped.service;
  return [
    batch({
      hosts: scope.loadBalancers,
      steps: onLoadBalancer({
        cloud: scope.cloud,
        haproxy: (socket) => [
          setFrontends({ id: `${label}/users-out`, title: `keep users out of ${name}`, socket, open: [], closed }),
        ],
        byHand: () => [],
      }),
    }),
  ];
}

/** Where they were kept out while services were served already. */
export function letUsersIn({ scope, id }: { scope: Scope; id: string }): Step[] {
  const open = userFronts(openEarly(scope));
  if (open.length === 0) return [];
  return onLoadBalancer({
    cloud: scope.cloud,
    haproxy: (socket) => [setFrontends({ id, title: `let users in at ${listed(open)}`, socket, open, closed: [] })],
    byHand: () => [],
  });
}

function userFronts(services: readonly ScopedService[]): string[] {
  const split = services.flatMap(({ apis }) => apis.filter(isSplit));
  return split.flatMap(({ fronts }) => fronts.filter(({ faces }) => faces === 'users').map(({ frontend }) => frontend));
}
