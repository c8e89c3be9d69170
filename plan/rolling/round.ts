import { listed, type HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { schemaAtHead } from '../commands/database';
import { backfilled, deadEnginesAway, workersUp } from '../commands/engine-rows';
import { placeProgram } from '../commands/programs';
import { makeVhost, removeVhost } from '../commands/rabbitmq';
import { throughTheFront } from '../commands/haproxy';
import { batch, phase, type Drawn } from '../phases/phase';
import { verifyHosts } from '../phases/start';
import { procedureOf } from '../services';
import { repairProgram } from './repair';
import { mapFor, ownVhosts, type RollingScope } from './sides';
import { leftServing } from './steps';

/** What the rolling steps call on controllers and broker; laid while everything serves. */
export function programsFor(options: { rolling: RollingScope }): Batch[] {
  const { scope, scoped } = options.rolling;
  const { programs } = scope;
  return [
    batch({ hosts: scoped.hosts, steps: [placeProgram({ name: 'service-transport', programs })] }),
    batch({ hosts: scope.brokers.slice(0, 1), steps: [placeProgram({ name: 'broker-vhost', programs })] }),
    repairProgram(options),
  ];
}

/** The new release's vhost, and the side engine's (R-HEAT-14). */
export function makeVhosts(options: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = options.rolling;
  const own = ownVhosts(options.rolling);
  return phase({
    scope,
    id: 'vhosts',
    title: `RabbitMQ: ${own.length === 1 ? 'vhost' : 'vhosts'} ${listed(own)}`,
    impact: 'None: every API serves.',
    batches: [
      batch({
        hosts: scope.brokers.slice(0, 1),
        steps: own.map((vhost) =>
          makeVhost({ id: vhost === vhosts.next ? 'vhosts/next' : 'vhosts/side', vhost, like: vhosts.old }),
        ),
      }),
    ],
  });
}

/** Database and services once more, every host by itself (R-HEAT-26). */
export function verifyAll(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, scoped } = rolling;
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: database and services, every host by itself',
    impact: 'None: every API serves with the new code.',
    preconditions: leftServing({ rolling, phaseId: 'verify', ready: allApis }),
    batches: [
      batch({ hosts: scoped.hosts, steps: [schemaAtHead({ service: scoped.service })] }),
      ...engineRows({ rolling }),
      ...verifyHosts({ scope }),
      batch({
        hosts: scope.loadBalancers,
        steps: scoped.apis.flatMap(({ api, listeners }) =>
          listeners
            .slice(0, 1)
            .map((listener) => throughTheFront({ id: `verify/${api.name}`, listener, path: api.healthPath })),
        ),
      }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}

/** The database knows exactly the engines that run, and nothing half-written of the mix is left (C.6). */
function engineRows({ rolling }: { rolling: RollingScope }): Batch[] {
  const { scope, scoped } = rolling;
  const hosts = scoped.unitHosts[rolling.rolling.engineUnit] ?? [];
  return [
    batch({ hosts, steps: [workersUp(rolling)] }),
    batch({ hosts: hosts.slice(0, 1), steps: [deadEnginesAway(rolling)] }),
    batch({
      hosts: scope.databases.slice(0, 1),
      steps: rolling.rolling.backfills.map((one) => backfilled({ schema: scoped.database.name, backfill: one })),
    }),
  ];
}

/** Removes the side vhost, where there is one: it is this run's own. The old one stays: going back needs it (a finding says how it goes). */
export function tidyVhosts(options: { rolling: RollingScope; allApis: readonly HostName[] }): Drawn {
  const { rolling, allApis } = options;
  const { scope, scoped, vhosts, sideOn } = rolling;
  return phase({
    scope,
    id: 'tidy',
    title: sideOn === 'side' ? `Tidy up: vhost ${vhosts.side} and the canary` : 'Tidy up: the canary',
    impact: 'None: every API serves.',
    batches: [
      batch({
        hosts: [scope.proofHost],
        steps: procedureOf({ service: scoped.service.name }).tidy({ scope, scoped }),
      }),
      batch({
        hosts: scope.brokers.slice(0, 1),
        steps: sideOn === 'side' ? [removeVhost({ id: 'tidy/vhost-side', vhost: vhosts.side })] : [],
      }),
    ],
    serving: mapFor({ rolling, ready: allApis }),
  });
}
