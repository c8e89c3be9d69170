import type { HostName } from '../../schema/names';
import type { Batch, Probe, Step } from '../../schema/plan';
import { sh } from '../../shell/sh';
import { probe } from '../change';
import { isAnswer } from '../commands/answer';
import { enginesOn } from '../commands/rabbitmq';
import { closeApiUnit, closeUnit, startUnit } from '../commands/systemd';
import type { ScopedApi } from '../scope/scope';
import type { RollingScope } from '../scope/rolling-scope';
import { batch, onBroker, onProofHost } from './phase';
import { proofThrough } from './service-proofs';

/** Ready before it gets traffic: a uwsgi may load for half a minute (trap 48). */
export function answers(options: { label: string; api: ScopedApi }): Probe[] {
  const { label, api } = options;
  return api.endpoints.map(({ host, url }) =>
    probe({
      id: `${label}/answers-${api.api.name}-${host}`,
      title: `${api.api.name} on ${host} answers`,
      script: sh`
        code=$(curl -sk -o /dev/null -m 10 -w '%{http_code}' ${`${url}${api.api.healthPath}`} || true)
        echo ${url} "answers $code"; ${isAnswer(api.api)}
      `,
      retryForSeconds: 180,
      remedy: 'read its journal on that host; no request of a user reaches it yet.',
      requirements: ['trap 48'],
    }),
  );
}

export function closeApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  return apiUnits(rolling).map(({ name, on }) =>
    batch({
      hosts: hosts.filter((host) => on.includes(host)),
      steps: [closeApiUnit({ id: `${label}/stop-${name}`, unit: name })],
    }),
  );
}

/** Starts the APIs of these hosts and proves each by itself: it answers, and a stack lives and dies through it. */
export function startApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  return [
    ...apiUnits(rolling).map(({ name, on }) =>
      batch({
        hosts: hosts.filter((host) => on.includes(host)),
        steps: [startUnit({ id: `${label}/start-${name}`, unit: name, requirements: ['R-HEAT-18'] })],
      }),
    ),
    proveApis({ rolling, label, hosts }),
  ];
}

/** Each API of these hosts by itself: it answers, and a stack lives and dies through it. */
export function proveApis(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch {
  const { rolling, label, hosts } = options;
  const { scope, scoped } = rolling;
  return onProofHost({
    scope,
    steps: [
      ...scoped.apis.flatMap((api) => answers({ label, api: onHosts({ api, hosts }) })),
      ...hosts.flatMap((host) => proofOn({ rolling, label, host })),
    ],
  });
}

export function proofOn(options: { rolling: RollingScope; label: string; host: HostName }): readonly Step[] {
  const { scope, scoped } = options.rolling;
  return proofThrough({ ...options, scope, scoped });
}

function onHosts(options: { api: ScopedApi; hosts: readonly HostName[] }): ScopedApi {
  const { api, hosts } = options;
  return { ...api, endpoints: api.endpoints.filter(({ host }) => hosts.includes(host)) };
}

export function apiUnits({ scoped }: RollingScope): { name: string; on: readonly HostName[] }[] {
  return scoped.service.units
    .filter(({ api }) => api !== null)
    .map(({ name }) => ({ name, on: scoped.unitHosts[name] ?? [] }));
}

/** The engine's unit; a service that rolls has one (catalog). */
export function engineUnit({ scoped, rolling }: RollingScope): { name: string; stopSeconds: number; ready: Step[] } {
  const unit = scoped.service.units.find(({ name }) => name === rolling.engineUnit);
  const ready = unit?.ready ?? null;
  return {
    name: rolling.engineUnit,
    stopSeconds: unit?.gracefulStopSeconds ?? 90,
    ready:
      ready === null
        ? []
        : [
            probe({
              id: `${scoped.service.name}/ready-${rolling.engineUnit}`,
              title: `${rolling.engineUnit} does its work`,
              script: ready,
              retryForSeconds: 180,
              remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
              requirements: ['R-HEAT-20', 'R-HEAT-26'],
            }),
          ],
  };
}

/** The database says so as well: an engine that was killed leaves a row that counts as alive for two minutes (C.3). */
export function engineGone(options: { rolling: RollingScope; label: string; hosts: readonly HostName[] }): Batch[] {
  const { rolling, label, hosts } = options;
  const { gone = null } = rolling.scoped.service.units.find(({ name }) => name === rolling.rolling.engineUnit) ?? {};
  if (gone === null) return [];
  return [
    batch({
      hosts,
      steps: [
        probe({
          id: `${label}/engine-gone`,
          title: `the database knows no engine of this host any more`,
          script: gone,
          retryForSeconds: 150,
          remedy:
            'wait two minutes: the row of an engine that was killed counts as up as long. Longer means that one still runs.',
          requirements: ['R-HEAT-16', 'C.3'],
        }),
      ],
    }),
  ];
}

/** The engines of these hosts, and nobody else's, consume on the vhost; seen by the broker itself. */
export function engines(options: {
  rolling: RollingScope;
  id: string;
  vhost: string;
  hosts: readonly HostName[];
}): Batch {
  const { rolling, id, vhost, hosts } = options;
  const names = hosts.map((host) => rolling.scoped.engineNames[host] ?? host);
  return onBroker({
    scope: rolling.scope,
    steps: [enginesOn({ id, vhost, topic: rolling.rolling.topic, hosts, names })],
  });
}

/** Graceful: its time to stop is waited for and proved. On a rollback it may be one that failed. */
export function closeEngines(options: {
  rolling: RollingScope;
  label: string;
  hosts: readonly HostName[];
  graceful?: boolean;
}): Batch {
  const { rolling, label, hosts, graceful = true } = options;
  const { name, stopSeconds } = engineUnit(rolling);
  return batch({
    hosts,
    steps: [closeUnit({ id: `${label}/stop-${name}`, unit: name, gracefulStopSeconds: graceful ? stopSeconds : null })],
  });
}

export function engineHosts({ scoped, rolling }: RollingScope): readonly HostName[] {
  return scoped.unitHosts[rolling.engineUnit] ?? [];
}

export function startEngine(options: { rolling: RollingScope; label: string }): Step[] {
  const { name, ready } = engineUnit(options.rolling);
  const id = `${options.label}/start-${name}`;
  return [
    startUnit({ id, unit: name, requirements: ['R-HEAT-16'] }),
    ...ready.map((step) => ({ ...step, id: `${options.label}/ready-${name}` })),
  ];
}
