import type { Batch, Watch } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { watchAvailability, type WatchedApi } from '../commands/availability';
import { dump, loadTest } from '../commands/database';
import { recordObjects } from '../commands/objects';
import { listenerUrl } from '../commands/haproxy';
import { hold } from '../commands/packages';
import { placeProgram } from '../commands/programs';
import {
  configArchive,
  fetchTargetPackages,
  keepOldPackages,
  packageSnapshot,
  quietApt,
} from '../commands/restore-point';
import { readyUnits } from '../commands/systemd';
import { compressionOn, databaseCompression, placesOf, type Scope } from '../scope/scope';
import { batch, type Drawn, inLanes, phase, onDatabase, sideBySide, onProofHost } from './phase';
import { backlogWatched } from './quiet-hour';
import { record, recordOthers } from './restore-point';
import { canary, proofPrograms, secretsFor } from './service-proofs';

/** All that can be done while the cloud serves: the way back made and tested, packages fetched, canaries laid. */
export function prepare(options: {
  scope: Scope;
  dumpSeconds: number;
  /** A rollback may load this dump: no later one is made. */
  restores?: boolean;
  also?: readonly Batch[];
}): Drawn {
  const { scope, dumpSeconds, restores = false } = options;
  return phase({
    scope,
    id: 'prepare',
    title: 'Prepare: restore point and packages',
    altersCloud: false,
    preconditions: scope.packageSets.flatMap(({ hosts, packages }) =>
      hosts.map((host) => ({ host, probe: stillInstalled({ packages }) })),
    ),
    batches: [
      batch({ hosts: scope.loadBalancers, steps: watched(scope) }),
      batch({ hosts: scope.allHosts, steps: [quietApt] }),
      ...inLanes({
        group: 'record',
        lanes: [
          { lane: 'packages and configuration', batches: changedHostsRecorded({ scope }) },
          ...recordOthers({ scope }),
          { lane: 'databases', batches: databasesRecorded({ scope, dumpSeconds, restores }) },
        ],
      }),
      // After the archive of /etc: it must not hold what this run lays there.
      ...unitsReady(scope),
      ...backlogWatched({ scope }),
      ...record({ scope, moment: 'prepare', dumpSeconds }),
      ...(options.also ?? []),
    ],
  });
}

/** What a rollback needs of the hosts whose packages change, and the packages of the target. */
function changedHostsRecorded({ scope }: { scope: Scope }): Batch[] {
  return [
    ...scope.packageSets.map(({ hosts, packages }) =>
      batch({
        hosts,
        steps: [
          placeProgram({ name: 'service-schema', programs: scope.programs }),
          placeProgram({ name: 'source-entries', programs: scope.programs }),
          placeProgram({ name: 'library-users', programs: scope.programs }),
          packageSnapshot({ packages: packages.map(({ name }) => name) }),
          configArchive({ packages, compression: compressionOn({ scope, hosts }) }),
          keepOldPackages({ packages }),
          fetchTargetPackages({ packages }),
          hold({ id: 'packages/hold-old', packages: packages.filter(({ installed }) => installed !== null) }),
        ],
      }),
    ),
    ...scope.services.flatMap(({ service, hosts, unchanged }) =>
      (service.programs ?? []).map((name) =>
        batch({ hosts: [...hosts, ...unchanged], steps: [placeProgram({ name, programs: scope.programs })] }),
      ),
    ),
  ];
}

/** The canaries before the dumps: whoever returns to one has its canary. One dump after the other, because users are served meanwhile. */
function databasesRecorded(options: { scope: Scope; dumpSeconds: number; restores: boolean }): Batch[] {
  const { scope, dumpSeconds, restores } = options;
  return [
    onProofHost({
      scope,
      steps: [
        ...proofPrograms(scope).map((name) => placeProgram({ name, programs: scope.programs })),
        ...secretsFor(scope),
        ...scope.services.flatMap((scoped) => canary({ scope, scoped })),
      ],
    }),
    onDatabase({
      scope,
      steps: scope.services.flatMap(({ schemas }) =>
        schemas.flatMap(({ schema, database: { name } }) => [
          ...(restores ? present(recordObjects({ schema, database: name })) : []),
          dump({
            schema: name,
            moment: 'prepare',
            compression: databaseCompression(scope),
            timeoutSeconds: dumpSeconds,
          }),
          loadTest({ schema: name, programs: scope.programs, timeoutSeconds: dumpSeconds * 3 }),
        ]),
      ),
    }),
  ];
}

const present = <T>(one: T | null): T[] => (one === null ? [] : [one]);

/** Of each host the units that it has; sites of an Apache have no lock of systemd. */
function unitsReady(scope: Scope): Batch[] {
  const unchanged = scope.services.flatMap((scoped) => scoped.unchanged);
  return sideBySide(
    [...scope.upgradedHosts, ...new Set(unchanged)].flatMap((host) => {
      const units = scope.services.flatMap((scoped) =>
        scoped.service.units.filter(({ name }) =>
          placesOf({ scoped, unit: name }).some(({ hosts, site }) => site === null && hosts.includes(host)),
        ),
      );
      return units.length === 0
        ? []
        : [batch({ hosts: [host], steps: [readyUnits({ id: 'prepare/units-ready', units })] })];
    }),
  );
}

/** The host is the one that was planned for: another version means that the approval was for something else. */
function stillInstalled(options: {
  packages: readonly { name: string; installed: string | null }[];
}): ReturnType<typeof probe> {
  const old = options.packages.filter(({ installed }) => installed !== null);
  return probe({
    id: 'drift/installed-versions',
    title: 'the host has the versions that were planned for',
    script: sh`
      for one in ${old.map(({ name, installed }) => `${name}=${installed ?? ''}`)}; do
        test "$(dpkg-query -W -f='\${Version}' "\${one%%=*}")" = "\${one#*=}" || { echo "\${one%%=*} is not at \${one#*=} any more"; exit 1; }
      done
      echo ${`${String(old.length)} packages as planned for`}
    `,
    remedy: 'packages were installed after planning: abort, then start a new run.',
    requirements: ['trap 20'],
  });
}

function watched(scope: Scope): Watch[] {
  const apis = watchedApis(scope);
  return apis.length === 0 ? [] : [watchAvailability({ apis })];
}

/** The API's health path behind each public port: no token, the same question before, during and after. */
function watchedApis(scope: Scope): WatchedApi[] {
  return scope.services.flatMap(({ apis }) =>
    apis.flatMap(({ api, listeners }) =>
      listeners.slice(0, 1).map((listener) => ({
        api: api.name,
        url: listenerUrl({ listener, path: api.healthPath }),
        ...(api.alsoAnswers === undefined ? {} : { alsoAnswers: api.alsoAnswers }),
      })),
    ),
  );
}
