import type { HostName } from '../../schema/names';
import type { Batch } from '../../schema/plan';
import { probe } from '../change';
import { polledApart, pollApart, pollTogether } from '../commands/polling-apart';
import { type AgentsOrder, inPartsOrder } from '../scope/agents-order';
import type { NewPollsters } from '../scope/new-pollsters';
import { scopeOn } from '../scope/part';
import type { NewPipelines } from '../scope/pipelines';
import type { Scope } from '../scope/scope';
import { configurationOn } from './configuration';
import { answering, apiHosts, requestsTo } from './one-version';
import { installed, putBack } from './packages';
import { batch, type Drawn, phase } from './phase';
import { pipelinesFirst, pipelinesPackaged, pipelinesStay, undoPipelines } from './pipelines-first';
import { quietHour } from './quiet-hour';
import { migratedBesideAgents, preparedDumps } from './schema';
import { startOnHosts, stopOnHosts } from './service-units';
import { servingMigrations, unitStarts } from './start';

/*
 * Agents host by host. All agents of a host share one Python package, so they stop together; those of the other hosts go on: what
 * this host polled they poll, where agents share their work, and its notifications wait in queues that they take from.
 */

interface AgentsTurn {
  readonly scope: Scope;
  readonly host: HostName;
  readonly order: AgentsOrder;
  /** Null: the new release polls nothing that the installed one does not. */
  readonly news: NewPollsters | null;
  /** Null: agents of both releases may work side by side as they are. */
  readonly pipelines: NewPipelines | null;
  /** What the service keeps, itself and elsewhere, is upgraded from here, before the first new agent starts (R-CEIL-2). */
  readonly first: boolean;
}

export function agentsTurn({ scope, host, order, news, pipelines, first }: AgentsTurn): Drawn {
  const part = scopeOn({ scope, hosts: [host] });
  const apart = news !== null && isBesideOld({ host, news }) ? news : null;
  const apis = apiHosts({ scope, order });
  const label = `agents-${host}`;
  return phase({
    scope,
    id: label,
    title: `${host}: new packages, and its agents beside those of other hosts`,
    preconditions: first ? preparedDumps({ scope }) : [],
    batches: [
      ...(first ? quietHour({ scope }) : []),
      ...(apis.includes(host) ? requestsTo({ scope, label, ready: answering({ hosts: apis, host }) }) : []),
      ...stopsOf({ part, label: '' }),
      ...(news !== null && host === news.hosts.at(-1) ? joined({ scope, news }) : []),
      ...installed({ scope: part }),
      ...configurationOn({ scope: part, hosts: [host] }),
      ...(pipelines === null || first ? [] : pipelinesPackaged({ scope, pipelines, host })),
      ...(first ? storageFirst({ scope, part, pipelines, host }) : []),
      ...(apart === null ? [] : [setApart({ scope, host, news: apart })]),
      ...startsBeside({ part: inPartsOrder({ scope: part, parts: order.parts }), label: '' }),
      ...oldOnesUnderstand({ scope, host, order }),
      ...(apart === null ? [] : [isApart({ scope, host, news: apart })]),
      ...(host === apis.at(-1) ? requestsTo({ scope, label: `${label}-all`, ready: apis }) : []),
    ],
  });
}

/** The installed release goes on with what is upgraded here: it only adds (R-CEIL-5, R-CEIL-25). */
function storageFirst(options: { scope: Scope; part: Scope; pipelines: NewPipelines | null; host: HostName }): Batch[] {
  const { scope, part, pipelines, host } = options;
  return [
    ...migratedBesideAgents({ scope: part, host }),
    ...part.services.map((scoped) => servingMigrations({ scoped })),
    ...(pipelines === null ? [] : pipelinesFirst({ scope, pipelines, first: host })),
  ];
}

/**
 * Resource types and columns that were added stay: the installed release does not look at them (R-CEIL-5). Whatever order was asked for,
 * who takes starts before who sends.
 */
export function undoAgentsTurn({ scope, host, order, news, pipelines, first }: AgentsTurn): Drawn {
  const part = scopeOn({ scope, hosts: [host] });
  const apart = news !== null && isBesideOld({ host, news }) ? news : null;
  const apis = apiHosts({ scope, order });
  const label = `back-agents-${host}`;
  return phase({
    scope,
    id: label,
    title: `Rollback: ${host} with the recorded packages, its agents run`,
    batches: [
      ...(apis.includes(host) ? requestsTo({ scope, label, ready: answering({ hosts: apis, host }) }) : []),
      ...stopsOf({ part, label: 'back-' }),
      ...(apart === null ? [] : [together({ scope, hosts: [host], news: apart, label: 'back-' })]),
      ...putBack({ scope: part }),
      ...(pipelines === null ? [] : samePipelines({ scope, pipelines, host, first })),
      ...startsBeside({ part, label: 'back-' }),
      ...(apis.includes(host)
        ? requestsTo({ scope, label: `${label}-all`, ready: apis.slice(apis.indexOf(host)) })
        : []),
    ],
  });
}

/** Those of the new release until no new agent is left, then those from before. */
function samePipelines(options: { scope: Scope; pipelines: NewPipelines; host: HostName; first: boolean }): Batch[] {
  return options.first ? undoPipelines({ ...options, first: options.host }) : pipelinesStay(options);
}

/** What both releases write, both must read (R-CEIL-9, R-CEIL-16). */
function oldOnesUnderstand({ scope, host, order }: Pick<AgentsTurn, 'scope' | 'host' | 'order'>): Batch[] {
  const later = order.hosts.slice(order.hosts.indexOf(host) + 1);
  return scope.services.flatMap(({ service, unitHosts }) =>
    service.units.flatMap(({ name, provedAlone }) => {
      const look = provedAlone?.besideOld;
      const hosts = later.filter((one) => unitHosts[name]?.includes(one));
      if (look === undefined || unitHosts[name]?.includes(host) !== true) return [];
      const { title, look: script, remedy, rules } = look;
      const id = `${service.name}/understands-beside-${host}-${name}`;
      return [batch({ hosts, steps: [probe({ id, title, script, remedy, requirements: rules })] })];
    }),
  );
}

/** Of a run that was ended in its middle; another one has done it already. */
export function pollTogetherAgain({ scope, news }: { scope: Scope; news: NewPollsters | null }): Batch[] {
  return news === null ? [] : [together({ scope, hosts: news.hosts.slice(0, -1), news, label: 'finally-' })];
}

/** Agents of the installed release poll on another host meanwhile. */
function isBesideOld({ host, news }: { host: HostName; news: NewPollsters }): boolean {
  return news.hosts.slice(0, -1).includes(host);
}

interface Apart {
  readonly scope: Scope;
  readonly host: HostName;
  readonly news: NewPollsters;
}

const serviceName = ({ scope }: { scope: Scope }): string => scope.services[0]?.service.name ?? '';

function setApart({ scope, host, news }: Apart): Batch {
  const id = `${serviceName({ scope })}/poll-apart`;
  return batch({ hosts: [host], steps: [pollApart({ id, meters: news.names, programs: scope.programs })] });
}

function isApart({ scope, host, news }: Apart): Batch {
  const here = news.units.filter((unit) =>
    scope.services.some(({ unitHosts }) => unitHosts[unit]?.includes(host) === true),
  );
  const steps = here.map((unit) =>
    polledApart({ id: `${serviceName({ scope })}/apart-${unit}`, unit, programs: scope.programs }),
  );
  return batch({ hosts: [host], steps });
}

function together(options: { scope: Scope; hosts: readonly HostName[]; news: NewPollsters; label: string }): Batch {
  const { scope, hosts, news, label } = options;
  const { programs } = scope;
  const id = `${label}${serviceName({ scope })}/poll-together`;
  return batch({ hosts, steps: [pollTogether({ id, units: news.units, programs })] });
}

/**
 * The last old polling agents have stopped: the new ones poll everything, one host after the other (R-CEIL-21). The first of them
 * has all of the work, and is proved by it.
 */
function joined({ scope, news }: { scope: Scope; news: NewPollsters }): Batch[] {
  return news.hosts.slice(0, -1).flatMap((host, index) => {
    const part = scopeOn({ scope, hosts: [host] });
    return [
      ...part.services.flatMap((scoped) =>
        stopOnHosts({ scoped, label: `join-${scoped.service.name}`, units: news.units }),
      ),
      together({ scope, hosts: [host], news, label: 'join-' }),
      ...part.services.flatMap((scoped) =>
        scoped.service.units
          .filter(({ name }) => news.units.includes(name))
          .flatMap((unit) =>
            startOnHosts({
              scoped,
              unit,
              label: `join-${scoped.service.name}`,
              requirements: ['R-CEIL-21', 'R-CEIL-32'],
              besideOthers: index > 0,
            }),
          ),
      ),
    ];
  });
}

interface Part {
  readonly part: Scope;
  /** Begins the ids. */
  readonly label: string;
}

export function stopsOf({ part, label }: Part): Batch[] {
  return part.services.flatMap((scoped) => stopOnHosts({ scoped, label: `${label}${scoped.service.name}` }));
}

/** Agents of other hosts run meanwhile. */
export function startsBeside({ part, label }: Part): Batch[] {
  return part.services.flatMap((scoped) =>
    unitStarts({
      scope: part,
      scoped,
      label: `${label}${scoped.service.name}`,
      requirements: ['R-CEIL-23', 'R-CEIL-32'],
      besideOthers: true,
    }).flatMap(({ batches }) => batches),
  );
}
