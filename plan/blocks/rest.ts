import { type HostName, listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import type { Staged } from '../scope/lead';
import { scopeOn } from '../scope/part';
import { hostNames, type Scope, type ScopedService } from '../scope/scope';
import { configurationOn } from './configuration';
import { restartOthersOn } from './other-units';
import { frontsAnswer, leftovers, opened } from './open';
import { installed } from './packages';
import { batch, type Drawn, inLanes, type Lane, phase, servingMap, proofLane } from './phase';
import { provedAtStart, provedNew } from './service-proofs';
import { unitStarts } from './start';
import { changedOnHosts, schemasAtHead, workersOf } from './verify';

/*
 * The staged order, once the lead serves with the new code: the rest follow, out of rotation, and join host by host.
 */

export function restCode({ staged }: { staged: Staged }): Drawn {
  const { scope, lead, rest } = staged;
  return phase({
    scope,
    id: 'rest-code',
    title: `${listed(hostNames(rest))}: new packages, while ${listed(hostNames(lead))} serves`,
    batches: [...installed({ scope: rest }), ...configurationOn({ scope: rest, hosts: rest.upgradedHosts })],
  });
}

/** All services of all these hosts at once: the lead serves meanwhile. Each host is proved through its own APIs before it gets requests. */
export function restJoins({ staged }: { staged: Staged }): Drawn {
  const { scope, rest } = staged;
  return phase({
    scope,
    id: 'rest-joins',
    title: `${listed(hostNames(rest))}: started, proved, in rotation`,
    batches: [
      ...inLanes({
        group: 'start',
        lanes: rest.services.flatMap((scoped) =>
          unitStarts({ scope: rest, scoped, label: scoped.service.name, requirements: ['R-OPS-44', 'R-OPS-73'] }),
        ),
      }),
      ...inLanes({ group: 'prove', lanes: rest.services.flatMap((scoped) => proofs({ rest, scoped })) }),
      ...inLanes({
        group: 'join',
        lanes: hostNames(rest).map((host) => ({ lane: host, batches: [joins({ scope, host })] })),
      }),
      ...restartOthersOn({ scope: rest, hosts: rest.upgradedHosts, label: 'others' }),
    ],
  });
}

function proofs({ rest, scoped }: { rest: Scope; scoped: ScopedService }): Lane[] {
  const { name } = scoped.service;
  return [
    ...provedAtStart({ scope: rest, scoped, label: name }),
    ...provedNew({ scope: rest, scoped, parts: ['first', 'then'] }),
  ].map(({ host, steps }) => proofLane({ lane: `${name} through ${host}`, scope: rest, steps }));
}

function joins({ scope, host }: { scope: Scope; host: HostName }): Batch {
  const own = scopeOn({ scope, hosts: [host] });
  const map = servingMap({ scope: own, closed: [] }).filter(({ reaches }) => reaches?.host === host);
  return batch({
    hosts: scope.loadBalancers,
    steps: opened({
      scope: own,
      id: `join/serve-${host}`,
      upId: `join/up-${host}`,
      title: `requests go to ${host} as well`,
      map,
    }),
  });
}

/** Versions and processes of the rest, every API through the load balancer; what the run has made for its proofs goes. */
export function verifyRest({ staged }: { staged: Staged }): Drawn {
  const { scope, rest } = staged;
  return phase({
    scope,
    id: 'verify-rest',
    title: 'Verify: every host, and every API through the load balancer',
    batches: [
      ...inLanes({
        group: 'verify',
        lanes: [
          { lane: 'packages and processes', batches: changedOnHosts({ scope: rest }) },
          ...rest.services.flatMap((scoped) => [
            { lane: `schema of ${scoped.service.name}`, batches: schemasAtHead({ scope: rest, scoped }) },
            { lane: `engines of ${scoped.service.name}`, batches: workersOf({ scoped }) },
          ]),
          { lane: 'front ends', batches: [frontsAnswer({ scope, label: 'verify-rest' })] },
        ],
      }),
      ...inLanes({ group: 'afterwards', lanes: leftovers({ scope }) }),
    ],
  });
}
