import { listed } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { probe } from '../change';
import { serve, serversUp } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { versionsBack } from '../commands/packages-back';
import { startUnit } from '../commands/systemd';
import type { Scope, ScopedService } from '../scope';
import { procedureOf } from '../services';
import { putBackOn } from './packages-back';
import { batch, phase, servingMap, type Drawn } from './phase';
import { answers } from './start';

/*
 * What undoes the phases of a full upgrade before its first migration: no schema has changed and nobody could write since
 * the stop, so no database is restored and nothing is lost.
 */

/** The recorded packages and configuration on every host, while every service of the run is stopped and locked. */
export function undoInstall({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-packages',
    title: 'Back: recorded packages and configuration',
    impact: 'The APIs stay down.',
    batches: scope.packageSets.map((set) => putBackOn({ scope, set, hosts: set.hosts })),
  });
}

/** The installed code starts in order, each service is proved, then its APIs open. */
export function undoStop({ scope }: { scope: Scope }): Drawn {
  const names = scope.services.map(({ service }) => service.name);
  return phase({
    scope,
    id: 'back-stop',
    title: 'Back: services start with the installed code, APIs open',
    impact: `The APIs of ${listed(names)} answer again, each once it is proved.`,
    batches: scope.services.flatMap((scoped) => startAgain({ scope, scoped })),
    serving: servingMap({ scope, closed: [] }),
  });
}

/** Every package of every host as it was recorded. */
export function proveRecorded({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-proof',
    title: 'Back: every package as recorded',
    impact: 'None: every API serves with the installed code.',
    batches: scope.packageSets.map(({ hosts, packages }) => batch({ hosts, steps: [versionsBack({ packages })] })),
  });
}

function startAgain(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service, unitHosts } = scoped;
  const label = `back-${service.name}`;
  return [
    ...service.units.toReversed().map(({ name, ready }) =>
      batch({
        hosts: unitHosts[name] ?? [],
        steps: [
          startUnit({ id: `${label}/start-${name}`, unit: name, requirements: ['R-OPS-44', 'R-OPS-71'] }),
          ...(ready === null
            ? []
            : [
                probe({
                  id: `${label}/ready-${name}`,
                  title: `${name} does its work`,
                  script: ready,
                  retryForSeconds: 180,
                  remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
                  requirements: ['R-HEAT-26'],
                }),
              ]),
        ],
      }),
    ),
    batch({
      hosts: [scope.proofHost],
      steps: [
        ...scoped.apis.flatMap((api) => answers({ label, api })),
        ...procedureOf({ service: service.name }).started({ scope, scoped, label }),
        ...scoped.hosts.flatMap((host) =>
          procedureOf({ service: service.name }).proofOn({ scope, scoped, host, label }),
        ),
      ],
    }),
    ...openAgain({ scope, scoped, label }),
  ];
}

function openAgain(options: { scope: Scope; scoped: ScopedService; label: string }): Batch[] {
  const { scope, scoped, label } = options;
  const backends = scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  const map = servingMap({ scope, closed: [] }).filter(({ backend }) => backends.includes(backend));
  if (map.length === 0) return [];
  const step = { id: `${label}/open`, title: `open the APIs of ${scoped.service.name}`, map };
  return [
    batch({
      hosts: scope.loadBalancers,
      steps: onLoadBalancer({
        cloud: scope.cloud,
        haproxy: (socket) => [
          serve({ ...step, socket }),
          serversUp({ id: `${label}/up`, socket, map: map.filter(({ state }) => state === 'ready') }),
        ],
        byHand: () => moveByHand({ scope, ...step }),
      }),
    }),
  ];
}
