import type { HostName } from '../../schema/names';
import type { Batch, PackageChange } from '../../schema/plan';
import { lines, sh } from '../../shell/sh';
import { probe } from '../change';
import { processesOf } from '../commands/apache';
import { backfilled, deadEnginesAway, workersUp } from '../commands/engine-rows';
import { throughTheFront } from '../commands/haproxy';
import { versionsProbe } from '../commands/packages';
import { versionsBack } from '../commands/packages-back';
import { schemaAtHead } from '../commands/schema-state';
import { type Scope, sitesOn, unitsOn } from '../scope/scope';
import { everyApi, type RollingScope } from '../scope/rolling-scope';
import { batch, type Drawn, phase, onDatabase } from './phase';
import { provedClosed } from './service-proofs';
import { engineHosts, engines, proofOn } from './units';

/** Every host by itself, by behaviour, before the load balancer opens: until then nothing is lost by going back. */
export function verify(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: by behaviour, still closed',
    batches: verifyHosts({ scope }),
  });
}

/** Exact versions and young processes on every host, then behaviour through every host's own API. */
export function verifyHosts(options: { scope: Scope }): Batch[] {
  const { scope } = options;
  return [
    ...scope.controllers.flatMap((host) => changedOn({ scope, host })),
    batch({
      hosts: [scope.proofHost],
      steps: scope.services.flatMap((scoped) => provedClosed({ scope, scoped })),
    }),
  ];
}

/** A controller may have none of the packages: services are spread over hosts. */
function changedOn({ scope, host }: { scope: Scope; host: HostName }): Batch[] {
  const set = scope.packageSets.find(({ hosts }) => hosts.includes(host));
  if (set === undefined) return [];
  const { packages } = set;
  return [batch({ hosts: [host], steps: [versionsProbe({ packages }), runsNewCode({ scope, host, packages })] })];
}

/** Nobody serves with code that is older than what lies on disk (R-OPS-74, traps 46 and 52). */
function runsNewCode(options: {
  scope: Scope;
  host: HostName;
  packages: readonly PackageChange[];
}): ReturnType<typeof probe> {
  const { scope, host } = options;
  const units = unitsOn({ scope, host });
  const sites = sitesOn({ scope, host }).map(({ site }) => site);
  const names = options.packages.map(({ name }) => name);
  return probe({
    id: 'verify/new-code-runs',
    title: 'every process is younger than the packages it runs',
    script: lines(
      sh`newest=0; for package in ${names}; do
           for list in /var/lib/dpkg/info/"$package".list /var/lib/dpkg/info/"$package":*.list; do
             test -e "$list" || continue
             at=$(stat -c %Y "$list"); test "$at" -le $newest || newest=$at
           done
         done`,
      sh`for unit in ${units}; do
           pid=$(systemctl show -p MainPID --value "$unit")
           test "$(stat -c %Y /proc/"$pid")" -ge $newest || { echo "$unit runs code older than its packages"; exit 1; }
         done`,
      // Apache itself is as old as before: a reload gives the site new processes, and leaves the one above them.
      ...sites.map(
        ({ name, processes }) => sh`
          pids=$(${processesOf(processes)}) || { echo 'no process runs the site' ${name}; exit 1; }
          for pid in $pids; do
            age=$(ps -o etimes= -p "$pid") || continue
            test $(($(date +%s) - $age)) -ge $newest || { echo "process $pid of the site" ${name} 'runs code older than its packages'; exit 1; }
          done`,
      ),
      sh`echo ${`${String(units.length + sites.length)} services run the new code`}`,
    ),
    remedy: 'restart the unit that is named, or reload apache2 where it is a site, then retry.',
    requirements: ['R-OPS-74', 'trap 46', 'trap 52'],
  });
}

/** Database and services once more, every host by itself (R-HEAT-26). */
export function verifyAll({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, scoped } = rolling;
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: database and services, host by host',
    batches: [
      batch({ hosts: scoped.hosts, steps: [schemaAtHead(scoped)] }),
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
  });
}

/** The database knows exactly the engines that run, and nothing half-written of the mix is left (C.6). */
function engineRows({ rolling }: { rolling: RollingScope }): Batch[] {
  const { scope, scoped } = rolling;
  const hosts = engineHosts(rolling);
  return [
    batch({ hosts, steps: [workersUp(rolling)] }),
    batch({ hosts: hosts.slice(0, 1), steps: [deadEnginesAway(rolling)] }),
    onDatabase({
      scope,
      steps: rolling.rolling.backfills.map((one) => backfilled({ schema: scoped.database.name, backfill: one })),
    }),
  ];
}

/** Every package of every host as it was recorded. */
export function proveRecorded({ scope }: { scope: Scope }): Drawn {
  return phase({
    scope,
    id: 'back-proof',
    title: 'Rollback: every package as recorded',
    batches: scope.packageSets.map(({ hosts, packages }) => batch({ hosts, steps: [versionsBack({ packages })] })),
  });
}

/** The last look: every host as recorded, and the stack from before still works. */
export function proveInstalled({ rolling }: { rolling: RollingScope }): Drawn {
  const { scope, vhosts } = rolling;
  const label = 'back-proof';
  return phase({
    scope,
    id: label,
    title: 'Rollback: proved, host by host',
    batches: [
      ...scope.packageSets.map(({ hosts, packages }) => batch({ hosts, steps: [versionsBack({ packages })] })),
      engines({
        rolling,
        id: `${label}/engines-consume`,
        vhost: vhosts.old,
        hosts: engineHosts(rolling),
      }),
      batch({
        hosts: [scope.proofHost],
        steps: everyApi(rolling).flatMap((host) => proofOn({ rolling, label, host })),
      }),
    ],
  });
}
