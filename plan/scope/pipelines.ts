import type { CloudFacts } from '../../catalog/facts';
import type { PipelineChanges } from '../../catalog/platform/pipelines';
import type { PublishingRead } from '../../catalog/platform/publishing';
import { covers, type Service } from '../../catalog/service';
import type { HostName } from '../../schema/names';
import type { AgentsOrder } from './agents-order';
import { eraOf } from './era';
import type { ScopedService } from './scope';

/** Whether notification agents of two releases may work side by side (R-CEIL-17), and what has to be done for it (R-CEIL-18). */
export type Pipelines =
  | { readonly kind: 'same' }
  | { readonly kind: 'differ'; readonly partitioned: boolean; readonly hosts: readonly HostName[] }
  /** They do not share the work, and the new release brings other pipelines. */
  | { readonly kind: 'change'; readonly files: readonly string[] }
  | NewPipelines
  | { readonly kind: 'refused'; readonly unknown: readonly string[] }
  | { readonly kind: 'queuesDiffer'; readonly queues: readonly { readonly host: HostName; readonly queues: number }[] }
  | { readonly kind: 'unread'; readonly hosts: readonly HostName[] };

/** Agents of the installed release get these before the first of the new one starts. */
export interface NewPipelines {
  readonly kind: 'first';
  readonly unit: string;
  /** The version that brings them. */
  readonly target: string;
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Hosts of these agents in the order in which they are upgraded. */
  readonly hosts: readonly HostName[];
}

interface Read {
  readonly host: HostName;
  readonly now: PublishingRead | null;
  readonly then: PipelineChanges | null;
}

export function pipelinesOf(options: { facts: CloudFacts; scoped: ScopedService; order: AgentsOrder }): Pipelines {
  const { facts, scoped, order } = options;
  const { service, unitHosts } = scoped;
  const unit = service.publishing?.pipelineUnit ?? '';
  const hosts = order.hosts.filter((host) => unitHosts[unit]?.includes(host));
  const era = eraOf({ service, facts });
  // One alone has nobody beside it.
  if (hosts.length < 2 || era === null) return { kind: 'same' };
  const all = hosts.map((host): Read => {
    const packages = facts.hosts.find((one) => one.host === host)?.packages;
    return { host, now: packages?.publishing[service.name] ?? null, then: packages?.pipelines[service.name] ?? null };
  });
  const mayShare =
    service.publishing?.partitioned !== undefined &&
    covers({ majors: service.publishing.partitioned, major: era.installed });
  const shared = mayShare && all.some(({ now }) => (now?.partitioned ?? 0) > 0);
  const target = targetOf({ facts, service });
  return shared ? ofShared({ unit, target, hosts, all }) : ofOthers({ hosts, all, mayShare });
}

function ofShared(options: {
  unit: string;
  target: string;
  hosts: readonly HostName[];
  all: readonly Read[];
}): Pipelines {
  const { unit, target, hosts, all } = options;
  const unread = all.filter(({ now, then }) => now?.pipelines === undefined || then === null);
  if (unread.length > 0) return { kind: 'unread', hosts: unread.map(({ host }) => host) };
  const queues = all.map(({ host, now }) => ({ host, queues: now?.partitioned ?? 0 }));
  if (several(queues.map((one) => one.queues))) return { kind: 'queuesDiffer', queues };
  if (several(all.map(({ now }) => now?.pipelines)) || several(all.map(({ then }) => then?.pipelines)))
    return { kind: 'differ', partitioned: true, hosts };
  const [first] = all;
  if (first?.then == null || first.now?.pipelines === first.then.pipelines) return { kind: 'same' };
  const { files, unknown } = first.then;
  return unknown.length > 0 ? { kind: 'refused', unknown } : { kind: 'first', unit, target, files, hosts };
}

function targetOf({ facts, service }: { facts: CloudFacts; service: Service }): string {
  const installs = facts.hosts.flatMap(({ packages }) => packages?.simulation.installs ?? []);
  return installs.find(({ name }) => name === service.versionPackage)?.target ?? '';
}

/** Where agents never share the work, or do not: each takes what comes next, and the guide lets both releases work. */
function ofOthers(options: { hosts: readonly HostName[]; all: readonly Read[]; mayShare: boolean }): Pipelines {
  const { hosts, all, mayShare } = options;
  const known = all.flatMap(({ now }) => now?.pipelines ?? []);
  if (several(known)) return { kind: 'differ', partitioned: false, hosts };
  const changed = all.flatMap(({ now, then }) =>
    now?.pipelines === undefined || then === null || now.pipelines === then.pipelines ? [] : Object.keys(then.files),
  );
  return changed.length === 0 || mayShare ? { kind: 'same' } : { kind: 'change', files: [...new Set(changed)].sort() };
}

const several = (values: readonly unknown[]): boolean => new Set(values).size > 1;
