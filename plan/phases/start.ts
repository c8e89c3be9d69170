import { listed } from '../../schema/names';
import type { Batch, Probe, Step } from '../../schema/plan';
import { lines, sh } from '../../shell/sh';
import { probe } from '../change';
import { serve, serversUp, throughTheFront } from '../commands/haproxy';
import { moveByHand, onLoadBalancer } from '../commands/load-balancer';
import { flushMemcached } from '../commands/memcached';
import { versionsProbe } from '../commands/packages';
import { startUnit } from '../commands/systemd';
import { setOf } from '../packages';
import { unitsOn, type Scope, type ScopedApi, type ScopedService } from '../scope';
import { procedureOf } from '../services';
import { batch, phase, servingMap, type Drawn } from './phase';

/**
 * Services start in order, the next only after the one before is proved (R-OPS-43). A service that others need opens
 * at the load balancer as soon as it is proved, because they reach it there; the last one stays closed until the gate.
 */
export function start(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'start',
    title: 'Start: each proved before the next',
    impact: `${listed(needed(scope)) || 'No API'} answers again once proved; the others stay closed.`,
    batches: scope.services.flatMap((scoped) => startService({ scope, scoped })),
    serving: servingMap({ scope, closed: lastOnes(scope) }),
  });
}

/** Every host by itself, by behaviour, before the load balancer opens: until then nothing is lost by going back. */
export function verify(options: { scope: Scope }): Drawn {
  const { scope } = options;
  return phase({
    scope,
    id: 'verify',
    title: 'Verify: by behaviour, still closed',
    impact: 'As before.',
    batches: verifyHosts({ scope }),
    serving: servingMap({ scope, closed: lastOnes(scope) }),
  });
}

/** Exact versions and young processes on every host, then behaviour through every host's own API. */
export function verifyHosts(options: { scope: Scope }): Batch[] {
  const { scope } = options;
  return [
    ...scope.controllers.map((host) =>
      batch({
        hosts: [host],
        steps: [
          versionsProbe({ packages: setOf({ sets: scope.packageSets, host }).packages }),
          runsNewCode({ scope, host }),
        ],
      }),
    ),
    batch({
      hosts: [scope.proofHost],
      steps: scope.services.flatMap((scoped) =>
        procedureOf({ service: scoped.service.name }).verify({ scope, scoped }),
      ),
    }),
  ];
}

/** Opens the APIs. What users write from here on would be lost by a restore: hence the gate. */
export function open(options: { scope: Scope }): Drawn {
  const { scope } = options;
  const map = servingMap({ scope, closed: [] });
  return phase({
    scope,
    id: 'open',
    title: 'Open: APIs back in rotation',
    impact: 'All APIs serve again.',
    gate: {
      question:
        `Everything is proved. ${early(scope)}Opening ends the rollback without loss: what users write from then on would be lost by ` +
        'a restore. Open the APIs?',
      automatic: scope.openAutomatically,
    },
    batches: [
      batch({
        hosts: scope.loadBalancers,
        steps: [
          ...opened({ scope, id: 'open/serve', upId: 'open/up', title: 'open every API', map }),
          ...scope.services.flatMap(({ apis }) =>
            apis.flatMap(({ api, listeners }) =>
              listeners
                .slice(0, 1)
                .map((listener) => throughTheFront({ id: `open/${api.name}`, listener, path: api.healthPath })),
            ),
          ),
        ],
      }),
      batch({
        hosts: [scope.proofHost],
        steps: scope.services.flatMap((scoped) =>
          procedureOf({ service: scoped.service.name }).tidy({ scope, scoped }),
        ),
      }),
    ],
    serving: map,
  });
}

function startService(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const { service } = scoped;
  const proofs = procedureOf({ service: service.name }).started({ scope, scoped, label: service.name });
  return [
    ...(service.flushMemcached ? [batch({ hosts: scoped.hosts, steps: [flushMemcached(scope)] })] : []),
    ...service.units.toReversed().flatMap((unit) => [
      batch({
        hosts: scoped.hosts,
        steps: [
          startUnit({
            id: `${service.name}/start-${unit.name}`,
            unit: unit.name,
            requirements: ['R-OPS-44', 'R-OPS-73'],
          }),
          ...(unit.ready === null
            ? []
            : [
                probe({
                  id: `${service.name}/ready-${unit.name}`,
                  title: `${unit.name} does its work`,
                  script: unit.ready,
                  retryForSeconds: 180,
                  remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
                  requirements: ['R-OPS-43'],
                }),
              ]),
        ],
      }),
      batch({
        hosts: [scope.proofHost],
        steps: scoped.apis
          .filter((api) => api.unit === unit.name)
          .flatMap((api) => answers({ label: service.name, api })),
      }),
    ]),
    batch({ hosts: [scope.proofHost], steps: proofs }),
    ...(lastOnes(scope).includes(service.name) ? [] : openEarly({ scope, scoped })),
  ];
}

/** Ready before it gets traffic: a uwsgi may load for half a minute (trap 48). */
export function answers(options: { label: string; api: ScopedApi }): Probe[] {
  const { label, api } = options;
  return api.endpoints.map(({ host, url }) =>
    probe({
      id: `${label}/answers-${api.api.name}-${host}`,
      title: `${api.api.name} on ${host} answers`,
      script: sh`
        code=$(curl -s -o /dev/null -m 10 -w '%{http_code}' ${`${url}${api.api.healthPath}`} || true)
        echo ${url} "answers $code"; test "$code" = 200 -o "$code" = 300
      `,
      retryForSeconds: 180,
      remedy: 'read its journal on that host; no request of a user reaches it yet.',
      requirements: ['trap 48'],
    }),
  );
}

function openEarly(options: { scope: Scope; scoped: ScopedService }): Batch[] {
  const { scope, scoped } = options;
  const backends = scoped.apis.flatMap(({ balanced }) => balanced.map(({ backend }) => backend));
  const map = servingMap({ scope, closed: [] }).filter(({ backend }) => backends.includes(backend));
  if (map.length === 0) return [];
  const { name } = scoped.service;
  return [
    batch({
      hosts: scope.loadBalancers,
      steps: opened({
        scope,
        id: `${name}/open`,
        upId: `${name}/up`,
        title: `open the APIs of ${name}, which the others need`,
        map,
      }),
    }),
  ];
}

function opened(options: {
  scope: Scope;
  id: string;
  upId: string;
  title: string;
  map: ReturnType<typeof servingMap>;
}): Step[] {
  const { scope, upId, ...step } = options;
  return onLoadBalancer({
    cloud: scope.cloud,
    haproxy: (socket) => [
      serve({ ...step, socket }),
      serversUp({ id: upId, socket, map: step.map.filter(({ state }) => state === 'ready') }),
    ],
    byHand: () => moveByHand({ scope, ...step }),
  });
}

/** Nobody serves with code that is older than what lies on disk (R-OPS-74, traps 46 and 52). */
function runsNewCode(options: { scope: Scope; host: string }): ReturnType<typeof probe> {
  const { scope, host } = options;
  const units = unitsOn({ scope, host });
  const names = setOf({ sets: scope.packageSets, host }).packages.map(({ name }) => name);
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
         done
         echo ${`${String(units.length)} services run the new code`}`,
    ),
    remedy: 'restart the unit that is named, then retry.',
    requirements: ['R-OPS-74', 'trap 46', 'trap 52'],
  });
}

/** What users may have written already, because others need the service at the load balancer. */
function early(scope: Scope): string {
  const names = needed(scope);
  if (names.length === 0) return '';
  return `${listed(names)} ${names.length === 1 ? 'serves' : 'serve'} already: what users have written there since its start would be lost, too. `;
}

/** The last service has nobody after it that needs its API: it stays closed until the gate. */
function lastOnes(scope: Scope): string[] {
  return scope.services.slice(-1).map(({ service }) => service.name);
}

function needed(scope: Scope): string[] {
  return scope.services.slice(0, -1).map(({ service }) => service.name);
}
