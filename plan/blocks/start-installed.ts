import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { revisionBack } from '../commands/schema-state';
import { startLayers } from '../scope/layers';
import { namesOf, type Scope, type ScopedService } from '../scope/scope';
import { letUsersIn, openEarly, openService, reachedEarly } from './open';
import { batch, type Drawn, inLanes, type Lane, phase } from './phase';
import { proofThrough } from './service-proofs';
import { flushedBefore, type Labelled, startProofs, unitStarts } from './start';

/** The installed code starts in order, each service is proved on every host; then the APIs open. */
export function undoStop({ scope }: { scope: Scope }): readonly Drawn[] {
  return [startInstalled({ scope }), openInstalled({ scope })];
}

function startInstalled({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-stop',
    title: 'Rollback: services start with the installed code',
    batches: startLayers(scope.services).flatMap((layer) => startAgain({ scope, layer })),
  });
}

function openInstalled({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-open',
    title: 'Rollback: APIs open',
    gate: {
      question:
        `The installed release is proved on every host. The databases are as they were before the upgrade. ${alreadyOpen(scope)}` +
        'Users write to the databases once the APIs are open. Check what you want to check first. Open the APIs?',
      automatic: scope.openAutomatically,
    },
    batches: [
      ...scope.services
        .filter((scoped) => !openEarly(scope).includes(scoped))
        .flatMap((scoped) => openAgain({ scope, scoped })),
      batch({ hosts: scope.loadBalancers, steps: letUsersIn({ scope, id: 'back/users-in' }) }),
    ],
  });
}

/** The others reach it at the load balancer, and users do where they come in by the same front end. */
function alreadyOpen(scope: Scope): string {
  const names = reachedEarly(scope).map(({ service }) => service.name);
  return names.length === 0
    ? ''
    : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} open already, because other services need it. `;
}

/** Of each layer all units at once: nobody calls them yet. */
function startAgain(options: { scope: Scope; layer: readonly ScopedService[] }): Batch[] {
  const { scope, layer } = options;
  const label = namesOf(layer);
  const lanes = (of: (place: Labelled) => readonly Lane[]): Lane[] =>
    layer.flatMap((scoped) => of({ scope, scoped, label: `back-${scoped.service.name}` }));
  return [
    ...inLanes({
      group: `schemas ${label}`,
      lanes: lanes(({ scoped: { service, hosts, schemas } }) => [
        {
          lane: service.name,
          batches: [
            batch({
              hosts: hosts.slice(0, 1),
              steps: schemas.map(({ schema, revision }) => revisionBack({ service, schema, revision })),
            }),
          ],
        },
      ]),
    }),
    ...inLanes({
      group: `flush ${label}`,
      lanes: lanes((place) => [{ lane: place.scoped.service.name, batches: flushedBefore(place) }]),
    }),
    ...inLanes({
      group: `start ${label}`,
      lanes: lanes((place) => unitStarts({ ...place, requirements: ['R-OPS-44', 'R-OPS-71'] })),
    }),
    ...inLanes({
      group: `prove ${label}`,
      lanes: lanes((place) => [
        ...startProofs(place),
        ...place.scoped.hosts.map((host) => ({
          lane: `${place.scoped.service.name} through ${host}`,
          batches: [batch({ hosts: [scope.proofHost], steps: proofThrough({ ...place, host }) })],
        })),
      ]),
    }),
    // The services after it reach it at the load balancer.
    ...layer.filter((scoped) => openEarly(scope).includes(scoped)).flatMap((scoped) => openAgain({ scope, scoped })),
  ];
}

function openAgain({ scope, scoped }: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { name } = scoped.service;
  return openService({
    scope,
    scoped,
    id: `back-${name}/open`,
    upId: `back-${name}/up`,
    title: `open the APIs of ${name}`,
  });
}
