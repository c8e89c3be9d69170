import { listed } from '../../schema/names';
import type { Batch, Step } from '../../schema/plan';
import { revisionBack } from '../commands/schema-state';
import { startLayers } from '../scope/layers';
import { namesOf, type Scope, type ScopedService } from '../scope/scope';
import { letUsersIn, openEarly, openService, opensNothing, reachedEarly } from './open';
import { batch, type Drawn, inLanes, type Lane, phase, proofLane } from './phase';
import { canaryAway, proofThrough, restoredFromBefore } from './service-proofs';
import { flushedBefore, type Labelled, startProofs, unitStarts } from './start';

interface Back {
  readonly scope: Scope;
  /** Begins the ids of phases and steps. */
  readonly id: 'back' | 'back-all';
}

/** The installed code starts in order, each service is proved on every host; then the APIs open. */
export function undoStop({ scope, id = 'back' }: { scope: Scope; id?: Back['id'] }): readonly Drawn[] {
  return [startInstalled({ scope, id }), openInstalled({ scope, id })];
}

function startInstalled({ scope, id }: Back): Drawn {
  return phase({
    scope,
    id: `${id}-stop`,
    title: 'Rollback: services start with the installed code',
    batches: startLayers(scope.services).flatMap((layer) => startAgain({ scope, id, layer })),
  });
}

function openInstalled({ scope, id }: Back): Drawn {
  return phase({
    scope,
    id: `${id}-open`,
    title: 'Rollback: APIs open',
    gate: opensNothing(scope)
      ? null
      : {
          question:
            `The installed release is proved on every host. The databases are as they were before the upgrade. ${alreadyOpen(scope)}` +
            'Users write to the databases once the APIs are open. Check what you want to check first. Open the APIs?',
          automatic: scope.openAutomatically,
        },
    batches: [
      ...inLanes({
        group: 'open',
        lanes: scope.services
          .filter((scoped) => !openEarly(scope).includes(scoped))
          .map((scoped) => ({ lane: scoped.service.name, batches: openAgain({ scope, id, scoped }) })),
      }),
      batch({ hosts: scope.loadBalancers, steps: letUsersIn({ scope, id: `${id}/users-in` }) }),
      ...inLanes({
        group: 'afterwards',
        lanes: scope.services.flatMap((scoped) => provedAndAway({ scope, id, scoped })),
      }),
    ],
  });
}

/** What the proofs have made is used once more and removed: users do not wait for either. */
function provedAndAway({ scope, id, scoped }: Back & { scoped: ScopedService }): Lane[] {
  const { name } = scoped.service;
  const place = { scope, scoped, label: `${id}-${name}` };
  const lane = (what: string, steps: readonly Step[]): Lane => proofLane({ lane: what, scope, steps });
  return [
    ...scoped.hosts.map((host) =>
      lane(`proof of ${name} through ${host}`, proofThrough({ ...place, host, verbs: ['check', 'delete'] })),
    ),
    lane(`canary of ${name}`, canaryAway({ ...place, maySurvive: true })),
  ];
}

/** The others reach it at the load balancer, and users do where they come in by the same front end. */
function alreadyOpen(scope: Scope): string {
  const names = reachedEarly(scope).map(({ service }) => service.name);
  return names.length === 0
    ? ''
    : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} open already, because other services need it. `;
}

/** Of each layer all units at once: nobody calls them yet. */
function startAgain(options: Back & { layer: readonly ScopedService[] }): Batch[] {
  const { scope, id, layer } = options;
  const label = namesOf(layer);
  const lanes = (of: (place: Labelled) => readonly Lane[]): Lane[] =>
    layer.flatMap((scoped) => of({ scope, scoped, label: `${id}-${scoped.service.name}` }));
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
    ...inLanes({ group: `prove ${label}`, lanes: lanes(provedClosed) }),
    // The services after it reach it at the load balancer.
    ...layer
      .filter((scoped) => openEarly(scope).includes(scoped))
      .flatMap((scoped) => openAgain({ scope, id, scoped })),
  ];
}

/** Before anybody writes: something new is made through each host, and what was made before the run is there. */
function provedClosed(place: Labelled): Lane[] {
  const { scope, scoped } = place;
  const { name } = scoped.service;
  const lane = (what: string, steps: readonly Step[]): Lane => proofLane({ lane: what, scope, steps });
  return [
    ...startProofs(place),
    ...scoped.hosts.map((host) => lane(`${name} through ${host}`, proofThrough({ ...place, host, verbs: ['create'] }))),
    ...restoredFromBefore(place).map(({ steps }) => lane(`${name} from before`, steps)),
  ];
}

function openAgain({ scope, id, scoped }: Back & { scoped: ScopedService }): Batch[] {
  const { name } = scoped.service;
  return openService({
    scope,
    scoped,
    id: `${id}-${name}/open`,
    upId: `${id}-${name}/up`,
    title: `open the APIs of ${name}`,
  });
}
