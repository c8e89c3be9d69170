import type { CloudFacts } from '../catalog/facts';
import { isInstalled } from '../catalog/installed-services';
import type { Service } from '../catalog/service';
import type { Programs } from '../programs';
import { changedHosts, type Cloud, haproxiesOf, hostsWith } from '../schema/cloud';
import type { HostName } from '../schema/names';
import type { Finally, Finding, Plan, PlannedService } from '../schema/plan';
import type { Request } from '../schema/request';
import type { DrawnRestore, Ordered } from './blocks/phase';
import { checkPlan } from './check';
import { cloudBefore, type CloudState } from './cloud-state';
import { restoreWithConsequences, withConsequences } from './consequences';
import { byHandFindings } from './findings/by-hand';
import { computeFindings } from './findings/computes';
import { databaseFindings } from './findings/database';
import { eraFindings } from './findings/eras';
import { inOrder } from './findings/finding';
import { grouped } from './findings/grouped';
import { hostFindings, unreadHosts } from './findings/hosts';
import { disagreements, keyDisagreements, packageFindings } from './findings/packages';
import { libraryUserFindings } from './findings/library-users';
import { observedFindings } from './findings/observed';
import { brokerFindings, loadBalancerFindings } from './findings/platform';
import { publishingFindings } from './findings/publishing';
import { queueConsumerFindings } from './findings/queue-consumers';
import { queueLimitFindings } from './findings/queue-limits';
import { remainingFindings } from './findings/remaining';
import { secondCopyFindings } from './findings/second-copy';
import { installedSeries, seriesFindings } from './findings/series';
import { keptElsewhere } from './findings/kept-elsewhere';
import { notProved, requestFindings, serviceFindings } from './findings/services';
import { previousElsewhere, unreadKeys, unsignedSource } from './findings/sources';
import { stayingFindings } from './findings/staying';
import { compressesWithGzip } from './findings/tools';
import { unknownGates } from './findings/unknown-gates';
import { unsafeFindings } from './findings/unsafe-plan';
import { programsUsed } from './programs-used';
import { type ComputeHost, computesOf, settledFacts } from './scope/computes';
import { inEra } from './scope/era';
import { followControllers, withoutSchemas } from './scope/following-computes';
import { packageSetsOf } from './scope/package-sets';
import { otherUnitsOf } from './scope/other-units';
import { loadBalancersOf, type Scope } from './scope/scope';
import { scopeService } from './scope/scope-service';
import { stayingOn } from './scope/staying';
import { staysOldIn } from './scope/stays-old';
import type { KindSubject, PlanSubject } from './scope/subject';

/** What one kind of upgrade adds: its own findings, and its phases once nothing blocks. */
export interface UpgradeKind {
  readonly kind: Plan['kind'];
  readonly findings: (options: KindSubject & { services: readonly Service[] }) => readonly Finding[];
  readonly phases: (options: KindSubject) => {
    readonly phases: readonly Ordered[];
    /** Of a rolling run. Null: the cloud has none. */
    readonly restore?: DrawnRestore | null;
    readonly undoneLater?: true;
    readonly finally: Finally;
    /** About the order itself, where there is a choice. */
    readonly notes?: readonly Finding[];
  };
}

type Body = Pick<Plan, 'phases' | 'restore' | 'undoneLater' | 'finally'>;

const nothing: Body = { phases: [], finally: { always: [], resolved: [] } };

/**
 * Draws up a plan of any kind: which services, from where, what stands against it, then the phases. With a blocker
 * among its findings the plan has no phases: there is nothing to approve. A plan that would harm the cloud in any moment of it is
 * one of these: the check is made on every plan.
 */
export function drawUp(options: { subject: PlanSubject; upgrade: UpgradeKind }): Plan {
  const { runId, request, cloud, known, programs } = options.subject;
  const { kind, findings: own, phases } = options.upgrade;
  const { scope, facts, services, computes, alone, from } = scopeOfSubject({ ...options.subject, kind });
  const common = findingsOf({ kind, request, cloud, facts, known, services, from, computes, alone });
  const findings = [...common, ...own({ scope, facts, request, services })];
  const all = inOrder([...findings, ...nothingToDo({ findings, scope, to: request.to })]);
  const blocked = all.some(({ level }) => level === 'blocker');
  const before = cloudBefore({ scope, facts });
  const order = blocked ? null : phases({ scope, facts, request });
  const drawn = order === null ? nothing : completed({ scope, before, ...order });
  const unsafe = unsafeFindings(checkPlan({ plan: { kind, ...drawn }, before }));
  const gates = order === null ? [] : unknownGates({ gates: request.options.gates, phases: drawn.phases });
  const staysOld = staysOldIn({ facts, services, packageSets: scope.packageSets });
  const body = unsafe.length + gates.length > 0 ? nothing : drawn;
  return {
    schemaVersion: 1,
    kind,
    runId,
    cloud: cloud.cloud,
    cloudDigest: cloud.digest,
    from: scope.from,
    to: request.to,
    services: services.map(planned),
    hosts: Object.entries(cloud.hosts)
      .filter(([name]) => scope.allHosts.includes(name))
      .map(([name, { roles }]) => ({ name, roles })),
    lockHost: cloud.lockHost,
    approvers: cloud.approvals.approvers,
    findings: inOrder(
      grouped([
        ...all,
        ...(order?.notes ?? []),
        ...gates,
        ...unsafe,
        ...byHandFindings({ scope, phases: body.phases }),
      ]),
    ),
    packageSets: scope.packageSets,
    ...(staysOld.length === 0 ? {} : { staysOld }),
    programs: programsUsed({ body, programs }),
    ...body,
  };
}

function completed(options: {
  scope: Scope;
  before: CloudState;
  phases: readonly Ordered[];
  restore?: DrawnRestore | null;
  undoneLater?: true;
  finally: Finally;
}): Body {
  const { restore: drawn = null, undoneLater } = options;
  const restore = drawn === null ? null : restoreWithConsequences({ order: options, drawn });
  return {
    phases: withConsequences(options),
    ...(restore === null ? {} : { restore }),
    ...(undoneLater === undefined ? {} : { undoneLater }),
    finally: options.finally,
  };
}

/** Who and where, for whoever walks a plan's effects. */
export function scopeOfSubject(subject: PlanSubject & { readonly kind: Plan['kind'] }): {
  readonly scope: Scope;
  readonly facts: CloudFacts;
  readonly services: readonly Service[];
  readonly computes: readonly ComputeHost[];
  /** They are all that is upgraded: the controllers have the target. */
  readonly alone: boolean;
  /** Series that are installed: several where a finding blocks. */
  readonly from: readonly string[];
} {
  const { request, cloud, known, programs } = subject;
  const named = namedOf(subject);
  const computes = computesOf({ ...subject, services: named });
  const alone = followControllers({ ...subject, computes, services: named });
  const facts = settledFacts({ facts: subject.facts, computes, alone });
  const services = named.map((service) => inEra({ service: alone ? withoutSchemas(service) : service, facts }));
  const from = installedSeries({ hosts: facts.hosts, services, known });
  const scope = scopeOf({ request, cloud, facts, services, programs, from: from[0] ?? 'unknown', computes });
  return { scope, facts, services, computes, alone, from };
}

function namedOf({ known, request, facts }: PlanSubject): Service[] {
  return known.filter(
    (service) =>
      request.services?.includes(service.name) ?? (service.onlyByName !== true && isCarried({ facts, service })),
  );
}

function isCarried({ facts, service }: { facts: CloudFacts; service: Service }): boolean {
  return facts.hosts.some(({ packages }) => isInstalled({ packages, service }));
}

function planned({ name, versionPackage, units }: Service): PlannedService {
  return { name, versionPackage, apis: units.flatMap(({ api }) => api?.name ?? []) };
}

/** A dump writes some 20 MB a second on a slow disk; never less than half an hour before a person is asked. */
export function dumpSecondsOf(facts: CloudFacts): number {
  return Math.max(1800, Math.ceil(dataBytes(facts) / 20e6));
}

/**
 * A load writes some 30 MB a second: up to this size it ends about when the packages are replaced, and the migration waits for it.
 * Beyond, the outage would be longer for it, and it is waited for before users come back.
 */
const loadedBesideBytes = 2e9;

export function loadsBesidePackages(facts: CloudFacts): boolean {
  return dataBytes(facts) <= loadedBesideBytes;
}

function dataBytes(facts: CloudFacts): number {
  return facts.hosts.flatMap((host) => host.database?.schemas ?? []).reduce((sum, schema) => sum + schema.bytes, 0);
}

function findingsOf(options: {
  kind: Plan['kind'];
  request: Request;
  cloud: Cloud;
  facts: CloudFacts;
  known: readonly Service[];
  services: readonly Service[];
  from: readonly string[];
  computes: readonly ComputeHost[];
  alone: boolean;
}): Finding[] {
  const { kind, request, cloud, facts, known, services, from, computes, alone } = options;
  const schemaNames = schemaNamesOf({ facts, services });
  const ofRun = hostsOfRun({ cloud, computes });
  const changed = facts.hosts.filter(({ host }) => ofRun.includes(host));
  const carried = services.filter((service) => isCarried({ facts, service })).map(({ name }) => name);
  return [
    ...unreadHosts(facts.unread),
    ...requestFindings({ asked: facts.unread.length > 0 ? [] : (request.services ?? []), known, carried }),
    ...seriesFindings({ cloud, from, to: request.to }),
    ...unsignedSource({ cloud, to: request.to }),
    ...(from.length === 1 ? previousElsewhere({ cloud, hosts: changed, from: from[0] ?? '', to: request.to }) : []),
    ...secondCopyFindings({ cloud, facts }),
    ...keptElsewhere({ services, backups: request.options.backups ?? {} }),
    ...notProved({ kind, services }),
    ...observedFindings({ cloud, hosts: facts.hosts, services, changed: ofRun }),
    ...computeFindings({
      kind,
      from: from[0] ?? 'unknown',
      request,
      services,
      computes,
      alone,
    }),
    ...changed.flatMap((host) => [
      ...stayingFindings({ host, to: request.to }),
      ...hostFindings({ host, cloud }),
      ...packageFindings({ kind, host, services, known }),
      ...serviceFindings({ host, services }),
      ...databaseFindings({ host, schemaNames, services }),
      ...brokerFindings(host),
      ...loadBalancerFindings({ host, services, socket: haproxiesOf(cloud).socket }),
    ]),
    ...unreadKeys({ hosts: facts.hosts }),
    ...disagreements({ hosts: facts.hosts }),
    ...keyDisagreements({ hosts: facts.hosts, services }),
    ...publishingFindings({ facts, services, known }),
    ...eraFindings({ cloud, facts, services, known }),
    ...queueConsumerFindings({ facts, services }),
    ...queueLimitFindings({ kind, facts, services }),
    ...remainingFindings({ facts }),
    ...libraryUserFindings({ kind, hosts: facts.hosts, services, known, request }),
  ];
}

/** Ids go into SQL: anything else than an id of OpenStack is none. */
function stuckIdsOf(options: { facts: CloudFacts; service: string }): string[] {
  return options.facts.hosts
    .flatMap(({ database }) => database?.stuckWork[options.service] ?? [])
    .map(({ id }) => id)
    .filter((id) => /^[0-9a-f-]+$/i.test(id));
}

export function schemaNamesOf(options: { facts: CloudFacts; services: readonly Service[] }): Record<string, string> {
  return Object.fromEntries(
    options.services
      .flatMap(({ schemas }) => schemas)
      .flatMap(({ id }) => {
        const said = options.facts.hosts.map((host) => host.packages?.schemas[id]?.database?.name).find(Boolean);
        return said === undefined ? [] : [[id, said]];
      }),
  );
}

function scopeOf(options: {
  request: Request;
  cloud: Cloud;
  facts: CloudFacts;
  services: readonly Service[];
  programs: Programs;
  from: string;
  computes: readonly ComputeHost[];
}): Scope {
  const { request, cloud, facts, services, programs, from, computes } = options;
  const does = (what: ComputeHost['does']): ComputeHost[] => computes.filter((one) => one.does === what);
  const upgraded = does('upgraded').map(({ host }) => host);
  return {
    cloud,
    from,
    to: request.to,
    services: services.flatMap((service) => scopeService({ service, cloud, facts, stopped: does('stopped') }) ?? []),
    allHosts: hostsOfRun({ cloud, computes }),
    upgradedHosts: [...hostsWith({ cloud, role: 'controller' }), ...upgraded].sort(),
    databases: hostsWith({ cloud, role: 'database' }),
    loadBalancers: loadBalancersOf(cloud),
    brokers: hostsWith({ cloud, role: 'message-broker' }),
    proofHost: cloud.openstack.on,
    packageSets: packageSetsOf({ hosts: facts.hosts }),
    others: otherUnitsOf({ hosts: facts.hosts, services, request }),
    acceptedStuck: Object.fromEntries(services.map(({ name }) => [name, stuckIdsOf({ facts, service: name })])),
    keptConfiguration: keptConfigurationOf(facts),
    withoutZstd: facts.hosts.filter(compressesWithGzip).map(({ host }) => host),
    staying: facts.hosts.map(stayingOn),
    programs,
    openAutomatically: request.options.openAutomatically,
    extraGates: request.options.gates,
  };
}

/** Every host that the run may change. */
function hostsOfRun({ cloud, computes }: { cloud: Cloud; computes: readonly ComputeHost[] }): HostName[] {
  const agents = computes.filter(({ does }) => does !== 'left').map(({ host }) => host);
  return [...new Set([...changedHosts(cloud), ...agents])].sort();
}

/** By path: whoever accepts that a file stays accepts it on every host. */
function keptConfigurationOf({ hosts }: CloudFacts): string[] {
  const kept = hosts.flatMap(({ packages }) => packages?.keptConfiguration ?? []);
  return [...new Set(kept.map(({ path }) => path))].sort();
}

function nothingToDo(options: { findings: readonly Finding[]; scope: Scope; to: string }): Finding[] {
  const { findings, scope, to } = options;
  if (findings.some(({ level }) => level === 'blocker') || (scope.packageSets.length > 0 && scope.services.length > 0))
    return [];
  return [
    {
      id: 'nothing-to-do',
      level: 'blocker',
      host: null,
      text: `Nothing would change: every package is at its newest version for ${to} already.`,
      remedy: 'Nothing, or check whether the package source offers what you expect.',
      sources: ['R-OPS-37'],
    },
  ];
}
