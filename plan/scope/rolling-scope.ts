import type { CloudFacts } from '../../catalog/facts';
import type { TransportFacts, TransportRead } from '../../catalog/platform/transport';
import type { HostName } from '../../schema/names';
import type { KindSubject } from './subject';
import { guideSides, type RollingScope, sidesOf, venvSides, vhostsOf } from './sides';
import { venvOf } from './venv-of';

/** What the survey says of the one service that rolls. Null: it cannot, and a finding says why. */
export function rollingScope(subject: KindSubject): RollingScope | null {
  const { scope, facts, request } = subject;
  const [scoped] = scope.services;
  const rolling = scoped?.service.rolling ?? null;
  const [schema] = scoped?.schemas ?? [];
  if (scoped === undefined || schema === undefined || rolling === null) return null;
  const { name } = scoped.service;
  const transports = transportsOf({ facts, service: name });
  const [transport] = Object.values(transports);
  if (transport === undefined) return null;
  const apis = scoped.service.units
    .filter(({ api }) => api !== null)
    .flatMap((unit) => scoped.unitHosts[unit.name] ?? []);
  const {
    order = 'sideEngine',
    apis: apiChoice = 'upgrade',
    newCode,
    wheelhouse = '',
    side: named = null,
  } = request.options.rolling ?? {};
  const hosts = { engines: scoped.unitHosts[rolling.engineUnit] ?? [], apis: [...new Set(apis)].sort() };
  return {
    scope,
    scoped: { ...scoped, ...schema },
    rolling,
    ...(newCode === 'venv' ? venvSides(hosts) : order === 'guide' ? guideSides(hosts) : sidesOf({ ...hosts, named })),
    sideOn: order === 'guide' && newCode !== 'venv' ? 'old' : 'side',
    venv: newCode === 'venv' ? venvOf({ scope, service: scoped.service, rolling, wheelhouse }) : null,
    switchFirst: apiChoice === 'switchFirst',
    vhosts: vhostsOf({ service: name, old: transport.vhost, to: scope.to }),
    brokerUser: transport.user,
    engineNames: Object.fromEntries(Object.entries(transports).map(([host, { engineHost }]) => [host, engineHost])),
    accepted: facts.hosts.flatMap(({ database }) => database?.stuckWork[name] ?? []).map(({ id }) => id),
  };
}

/** By host, where it could be read. */
export function transportsOf(options: { facts: CloudFacts; service: string }): Record<HostName, TransportFacts> {
  const { facts, service } = options;
  return Object.fromEntries(
    facts.hosts.flatMap((host): [HostName, TransportFacts][] => {
      const read = host.packages?.rollingTransports[service];
      return read === undefined || !isRead(read) ? [] : [[host.host, read]];
    }),
  );
}

export function isRead(read: TransportRead): read is TransportFacts {
  return !('unreadable' in read);
}
