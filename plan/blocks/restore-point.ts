import { haproxiesOf } from '../../schema/cloud';
import type { HostName } from '../../schema/names';
import type { Batch, Step } from '../../schema/plan';
import { beginFinalLoad, finalLoaded } from '../commands/database';
import { copyPoint, gatherManifest, listPart, type Moment } from '../commands/restore-part';
import { configArchive, packageSnapshot, stateOf } from '../commands/restore-point';
import { type Scope, schemaNamesIn } from '../scope/scope';
import { configurationOf } from './packages';
import { batch, type Lane, onBroker, onDatabase } from './phase';

/** What hosts have whose packages stay: the load balancer, the database, the broker (R-OPS-32). */
export function recordOthers({ scope }: { scope: Scope }): Lane[] {
  const changed = scope.packageSets.flatMap(({ hosts }) => hosts);
  const haproxies = haproxiesOf(scope.cloud);
  return [
    {
      lane: 'hosts whose packages stay',
      batches: [
        batch({
          hosts: scope.allHosts.filter((host) => !changed.includes(host)),
          // gzip is on every host; a /etc is small.
          steps: [packageSnapshot({ packages: [] }), configArchive({ packages: [], compression: 'gzip' })],
        }),
      ],
    },
    {
      lane: 'HAProxy',
      batches: [batch({ hosts: haproxies.hosts, steps: [stateOf({ what: 'HAProxy', socket: haproxies.socket })] })],
    },
    { lane: 'RabbitMQ', batches: [onBroker({ scope, steps: [stateOf({ what: 'RabbitMQ' })] })] },
  ];
}

/**
 * The restore point as a thing of its own: each host lists its part, the lock host has all of them, and where the cloud file
 * wants it another host has everything a second time. `final`: the database host's part is new.
 */
export function record(options: { scope: Scope; moment: Moment; dumpSeconds: number }): Batch[] {
  const { scope, moment, dumpSeconds } = options;
  const { lockHost, backup } = scope.cloud;
  const hosts = moment === 'prepare' ? scope.allHosts : scope.databases.slice(0, 1);
  const directories = [...new Set([...configurationOf(scope).directories, ...platformDirectories])];
  return [
    batch({ hosts, steps: [listPart({ moment, directories, programs: scope.programs })] }),
    batch({ hosts: [lockHost], steps: [gatherManifest({ moment, hosts })] }),
    ...(backup.copyTo === undefined
      ? []
      : [
          batch({
            hosts: [backup.copyTo],
            steps: [
              copyPoint({
                moment,
                hosts: elsewhere({ hosts: [...hosts, lockHost], copyTo: backup.copyTo }),
                dumps: schemaNamesIn(scope),
                timeoutSeconds: dumpSeconds,
              }),
            ],
          }),
        ]),
  ];
}

/** The dumps that a rollback loads are loaded once. Begun by itself, because something else may take as long. */
export function beginLoads({ scope }: { scope: Scope }): Step[] {
  const schemas = schemaNamesIn(scope);
  // Services without a database leave nothing to load.
  return schemas.length === 0 ? [] : [beginFinalLoad({ schemas, programs: scope.programs })];
}

/** From here on nothing goes on without them. */
export function finalDumpsLoaded(options: { scope: Scope; dumpSeconds: number }): Batch {
  const { scope, dumpSeconds } = options;
  return onDatabase({
    scope,
    steps: schemaNamesIn(scope).map((schema) => finalLoaded({ schema, timeoutSeconds: dumpSeconds * 3 })),
  });
}

/** Once users are served again: beside a migration a load would take the database server's time from it. */
export function loadFinalDumps(options: { scope: Scope; dumpSeconds: number }): Batch[] {
  const { scope } = options;
  return [onDatabase({ scope, steps: beginLoads({ scope }) }), finalDumpsLoaded(options)];
}

function elsewhere({ hosts, copyTo }: { hosts: readonly HostName[]; copyTo: HostName }): HostName[] {
  return [...new Set(hosts)].filter((host) => host !== copyTo);
}

/** Files that a run or a person may have to compare, beside those of the services: units and drop-ins, sources, pins, the platform. */
const platformDirectories: readonly string[] = [
  '/etc/systemd/system',
  '/etc/apt',
  '/etc/apache2',
  '/etc/haproxy',
  '/etc/mysql',
  '/etc/rabbitmq',
  '/etc/memcached.conf',
];
