import type { Programs } from '../programs';
import type { HostName } from '../schema/names';
import { type Role, serviceRoles } from '../schema/cloud';
import { lines, sh, type ShellText } from '../shell/sh';
import type { HostFacts, ObservedFacts, PackageFacts } from './facts';
import { installedServices } from './installed-services';
import { apache } from './platform/apache';
import { sourceLists } from './platform/apt-lists';
import { repositoriesInUse } from './platform/apt-repositories';
import { simulation } from './platform/apt-simulation';
import { surveyDirectory } from './platform/apt';
import * as dpkg from './platform/dpkg';
import { type Endpoint, keystoneUrls } from './platform/endpoints';
import { loadBalancer } from './platform/haproxy';
import * as hostReaders from './platform/host';
import { keptConfiguration } from './platform/kept-configuration';
import { keptPoints } from './platform/kept-points';
import { runTimes } from './platform/run-times';
import * as mariadb from './platform/mariadb';
import { otherHands, unmergedFiles } from './platform/other-hands';
import { libraryUsers } from './platform/library-users';
import { listeningSockets, tlsPorts } from './platform/listening';
import { packageFiles } from './platform/package-files';
import { pipelinesLeft } from './platform/pipelines-left';
import { queueConsumers } from './platform/queue-consumers';
import { queueLimits } from './platform/queue-limits';
import { broker } from './platform/rabbitmq';
import { remaining } from './platform/remaining';
import { brokenRequirements } from './platform/python-requirements';
import { pointReleases } from './platform/point-releases';
import { targetOffers } from './platform/target-offers';
import { transportVerdict } from './platform/transport-url';
import { units } from './platform/systemd';
import type { Reader } from './reader';
import { configDirectoryOf, type Service } from './service';
import {
  debtReaders,
  endpointReaders,
  engineRoomReaders,
  heldWorkReaders,
  keyReaders,
  pipelineReaders,
  pollsterReaders,
  publishingReaders,
  rollingReaders,
  schemaReaders,
  templateReaders,
  workReaders,
} from './survey-families';
import { type Read, sectionReader, sectionScript } from './survey-sections';

/** What the survey of one host needs to know beforehand. */
export interface SurveyScope {
  readonly host: HostName;
  readonly roles: readonly Role[];
  readonly services: readonly Service[];
  readonly targetSource: string;
  readonly loadBalancerSocket: string;
  /** The administrator's openrc, where the host has it. */
  readonly credentials: string;
  /** Names of schemas by their ids, once the controllers said them; work in flight is read there. */
  readonly schemaNames: Readonly<Record<string, string>>;
  readonly programs: Programs;
  /** It is no controller, and a unit of these services runs on it: its packages are read as a controller's. */
  readonly carries?: boolean;
  /** The cloud whose earlier runs the host keeps the times of, and what they left. Absent: it is not the lock host. */
  readonly timesOf?: string;
}

/** One read-only script for one host: every reader of its roles in a section of its own. */
export function surveyScript(scope: SurveyScope): ShellText {
  const sections = Object.entries(surveyReaders(scope)).map(([id, { script }]) => sectionScript({ id, script }));
  return lines(
    sh`export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; umask 077; mkdir -p ${surveyDirectory}; chmod 0711 /var/lib/openstack-upgrade`,
    ...sections,
  );
}

/** Facts of one host out of what its survey printed. @throws SurveyIncomplete when a section is missing. */
export function parseSurvey(options: { scope: SurveyScope; stdout: string; clockOffsetSeconds?: number }): HostFacts {
  const { scope } = options;
  const read = sectionReader(options.stdout);
  const is = (role: Role): boolean => scope.roles.includes(role);
  return {
    host: scope.host,
    identity: read('identity', hostReaders.identity),
    missingTools: read('tools', toolsReader(scope)),
    fileSystems: read('space', spaceReader(scope)),
    leftovers: read('leftovers', hostReaders.leftovers),
    clockOffsetSeconds: options.clockOffsetSeconds ?? null,
    otherHands: read('other-hands', otherHands),
    packages: hasPackages(scope) ? packageFacts({ scope, read }) : null,
    observed: isObserved(scope) ? observedFacts({ scope, read }) : null,
    database: is('database') ? databaseFacts({ scope, read }) : null,
    broker: is('message-broker') ? read('broker', broker) : null,
    loadBalancer: is('load-balancer')
      ? read('load-balancer', loadBalancer({ socket: scope.loadBalancerSocket }))
      : null,
    ...(hasAgents(scope) ? { addresses: read('addresses', hostReaders.addresses) } : {}),
    ...(hasQueues(scope)
      ? {
          queueLimits: read('queue-limits', queueLimits),
          queueConsumers: read('queue-consumers', consumersReader(scope)),
        }
      : {}),
    ...(is('controller') ? { pipelinesLeft: read('left-pipelines', pipelinesLeft) } : {}),
    restorePoints: read('restore-points', keptPoints),
    earlierTimes: scope.timesOf === undefined ? null : read('run-times', runTimes({ cloud: scope.timesOf })),
    remaining: scope.timesOf === undefined ? null : read('remaining', remaining({ cloud: scope.timesOf })),
  };
}

/** Every reader of a host's roles, by the name of its section. */
export function surveyReaders(scope: SurveyScope): Record<string, Reader<unknown>> {
  const is = (role: Role): boolean => scope.roles.includes(role);
  return {
    identity: hostReaders.identity,
    tools: toolsReader(scope),
    space: spaceReader(scope),
    leftovers: hostReaders.leftovers,
    'restore-points': keptPoints,
    ...(scope.timesOf === undefined
      ? {}
      : { 'run-times': runTimes({ cloud: scope.timesOf }), remaining: remaining({ cloud: scope.timesOf }) }),
    'other-hands': otherHands,
    ...(is('controller') ? { 'left-pipelines': pipelinesLeft } : {}),
    ...(hasPackages(scope) ? packageReaders(scope) : {}),
    ...(isObserved(scope) ? observedReaders(scope) : {}),
    ...(is('database') ? databaseReaders(scope) : {}),
    ...(is('message-broker') ? { broker } : {}),
    ...(hasAgents(scope) ? { addresses: hostReaders.addresses } : {}),
    ...(hasQueues(scope) ? { 'queue-limits': queueLimits, 'queue-consumers': consumersReader(scope) } : {}),
    ...(is('load-balancer') ? { 'load-balancer': loadBalancer({ socket: scope.loadBalancerSocket }) } : {}),
  };
}

function packageReaders(scope: SurveyScope): Record<string, Reader<unknown>> {
  const { programs } = scope;
  const questions = scope.services.flatMap(({ passive }) => passive);
  return {
    installed: dpkg.installedPackages,
    audit: dpkg.audit,
    holds: dpkg.holds,
    lock: dpkg.lockHolder,
    'force-conf': dpkg.forceConf,
    questions: dpkg.activeQuestions({ questions }),
    timers: dpkg.activeTimers,
    unmerged: unmergedFiles,
    ...Object.fromEntries(keyReaders(scope)),
    units: unitsReader(scope),
    apache,
    simulation: simulationReader(scope),
    lists: sourceLists({ targetSource: scope.targetSource }),
    repositories: repositoriesInUse,
    'target-offers': targetOffers(scope),
    'point-releases': pointReleasesReader(scope),
    'package-files': packageFiles,
    'kept-configuration': keptConfiguration,
    listening: listeningSockets,
    'tls-ports': tlsPortsReader(scope),
    requirements: brokenRequirements(scope),
    'library-users': libraryUsers(scope),
    ...Object.fromEntries(schemaReaders(scope)),
    ...Object.fromEntries(
      scope.services.map((service) => [`transport-${service.name}`, transportVerdict({ service, programs })]),
    ),
    ...Object.fromEntries(templateReaders(scope)),
    ...Object.fromEntries(publishingReaders(scope)),
    ...Object.fromEntries(pollsterReaders(scope)),
    ...Object.fromEntries(pipelineReaders(scope)),
    ...Object.fromEntries(rollingReaders(scope)),
    ...Object.fromEntries(engineRoomReaders(scope)),
    'keystone-urls': keystoneUrlsReader(scope),
  };
}

/** Its packages may be upgraded. */
function hasPackages({ roles, carries = false }: SurveyScope): boolean {
  return carries || roles.includes('controller');
}

/** Units of OpenStack's services may run on it, and it is no controller. */
function isObserved({ roles }: SurveyScope): boolean {
  return !roles.includes('controller') && serviceRoles.some((role) => roles.includes(role));
}

/** Whose agents take messages from queues: wherever one is connected from, it must be known which hosts are of this cloud. */
function hasAgents({ services }: SurveyScope): boolean {
  return services.some(({ publishing }) => publishing !== undefined);
}

/** Of services whose data wait there while they are stopped. */
function hasQueues(scope: SurveyScope): boolean {
  return scope.roles.includes('message-broker') && hasAgents(scope);
}

function consumersReader({ services }: SurveyScope): ReturnType<typeof queueConsumers> {
  const patterns = services.flatMap(({ publishing }) => (publishing === undefined ? [] : [publishing.queues]));
  return queueConsumers({ queues: patterns.join('|') });
}

function observedReaders(scope: SurveyScope): Record<string, Reader<unknown>> {
  return { installed: dpkg.installedPackages, units: unitsReader(scope) };
}

function observedFacts(options: { scope: SurveyScope; read: Read }): ObservedFacts {
  const { scope, read } = options;
  return { installed: read('installed', dpkg.installedPackages), units: read('units', unitsReader(scope)) };
}

/**
 * Of services that are not on the host there are no facts, whatever was read there: a plan would take a file that is absent for one that
 * cannot be read, and keys that are none for keys that differ.
 */
function packageFacts(options: { scope: SurveyScope; read: Read }): PackageFacts {
  const { scope, read } = options;
  const { programs } = scope;
  const questions = scope.services.flatMap(({ passive }) => passive);
  const installed = read('installed', dpkg.installedPackages);
  const here = { ...scope, services: installedServices({ packages: { installed }, services: scope.services }) };
  return {
    apt: {
      audit: read('audit', dpkg.audit),
      holds: read('holds', dpkg.holds),
      lockHolder: read('lock', dpkg.lockHolder),
      forceConf: read('force-conf', dpkg.forceConf),
      activeQuestions: read('questions', dpkg.activeQuestions({ questions })),
      activeTimers: read('timers', dpkg.activeTimers),
    },
    installed,
    units: read('units', unitsReader(scope)),
    apache: read('apache', apache),
    simulation: read('simulation', simulationReader(scope)),
    lists: read('lists', sourceLists({ targetSource: scope.targetSource })),
    repositories: read('repositories', repositoriesInUse),
    targetOffers: read('target-offers', targetOffers(scope)),
    pointReleases: read('point-releases', pointReleasesReader(scope)),
    files: read('package-files', packageFiles),
    keptConfiguration: read('kept-configuration', keptConfiguration),
    listening: read('listening', listeningSockets),
    tlsPorts: read('tls-ports', tlsPortsReader(scope)),
    brokenRequirements: read('requirements', brokenRequirements(scope)),
    libraryUsers: read('library-users', libraryUsers(scope)),
    schemas: named({ readers: schemaReaders(here), prefix: 'service-', read }),
    transports: Object.fromEntries(
      here.services.map((service) => [
        service.name,
        read(`transport-${service.name}`, transportVerdict({ service, programs })),
      ]),
    ),
    sharedKeys: named({ readers: keyReaders(here), prefix: 'keys-', read }),
    unmergedFiles: read('unmerged', unmergedFiles),
    options: named({ readers: templateReaders(here), prefix: 'options-', read }),
    publishing: named({ readers: publishingReaders(here), prefix: 'publishing-', read }),
    pollsters: named({ readers: pollsterReaders(here), prefix: 'pollsters-', read }),
    pipelines: named({ readers: pipelineReaders(here), prefix: 'pipelines-', read }),
    rollingTransports: named({ readers: rollingReaders(here), prefix: 'rolling-', read }),
    engineRoom: named({ readers: engineRoomReaders(here), prefix: 'engine-room-', read }),
    keystoneUrls: read('keystone-urls', keystoneUrlsReader(scope)),
  };
}

function databaseReaders(scope: SurveyScope): Record<string, Reader<unknown>> {
  return {
    server: mariadb.serverVersion,
    'sql-connection': mariadb.sqlConnection,
    variables: mariadb.serverVariables,
    schemas: mariadb.schemas,
    transactions: mariadb.longTransactions,
    ...Object.fromEntries(debtReaders(scope)),
    ...Object.fromEntries([...workReaders(scope), ...heldWorkReaders({ scope, what: 'stuck' })]),
    ...Object.fromEntries(heldWorkReaders({ scope, what: 'stealable' })),
    ...Object.fromEntries(endpointReaders(scope)),
  };
}

function databaseFacts(options: { scope: SurveyScope; read: Read }): mariadb.DatabaseServerFacts {
  const { scope, read } = options;
  return {
    ...read('server', mariadb.serverVersion),
    connection: read('sql-connection', mariadb.sqlConnection),
    variables: read('variables', mariadb.serverVariables),
    schemas: read('schemas', mariadb.schemas),
    longTransactions: read('transactions', mariadb.longTransactions),
    debts: named({ readers: debtReaders(scope), prefix: 'debt-', read }),
    workInFlight: named({ readers: workReaders(scope), prefix: 'work-', read }),
    stuckWork: named({ readers: heldWorkReaders({ scope, what: 'stuck' }), prefix: 'stuck-', read }),
    stealableWork: named({ readers: heldWorkReaders({ scope, what: 'stealable' }), prefix: 'stealable-', read }),
    endpoints: Object.values(named({ readers: endpointReaders(scope), prefix: 'endpoints-', read }))[0] ?? null,
  };
}

function keystoneUrlsReader({ services, credentials }: SurveyScope): Reader<Endpoint[] | null> {
  return keystoneUrls({ directories: services.map(configDirectoryOf), credentials });
}

function tlsPortsReader({ services, programs }: SurveyScope): ReturnType<typeof tlsPorts> {
  const ports = services.flatMap(({ units }) => units.flatMap(({ api }) => (api === null ? [] : [api.port])));
  return tlsPorts({ ports, programs });
}

function toolsReader(scope: SurveyScope): Reader<string[]> {
  const forPackages = ['apt-get', 'dpkg-deb', 'curl', 'tar', 'zstd', 'gzip', 'python3'];
  const byRole: Record<Role, readonly string[]> = {
    controller: forPackages,
    compute: [],
    network: [],
    storage: [],
    database: ['mariadb', 'mariadb-dump', 'zstd', 'gzip'],
    'message-broker': ['python3'],
    'load-balancer': ['socat', 'curl'],
  };
  const carried = scope.carries === true ? forPackages : [];
  return hostReaders.missingTools({ also: [...new Set([...carried, ...scope.roles.flatMap((role) => byRole[role])])] });
}

function spaceReader(scope: SurveyScope): Reader<hostReaders.FileSystem[]> {
  const paths = ['/var/lib/openstack-upgrade', '/usr'];
  return hostReaders.fileSystems(scope.roles.includes('database') ? { paths, more: mariadb.dataDirectory } : { paths });
}

function unitsReader(scope: SurveyScope): ReturnType<typeof units> {
  return units({ names: scope.services.flatMap((service) => service.units.map(({ name }) => name)) });
}

function simulationReader(scope: SurveyScope): ReturnType<typeof simulation> {
  const sourcePackages = scope.services.flatMap((service) => service.sourcePackages);
  return simulation({ sourcePackages, targetSource: scope.targetSource });
}

function pointReleasesReader({ services, targetSource }: SurveyScope): ReturnType<typeof pointReleases> {
  return pointReleases({ packages: services.map(({ versionPackage }) => versionPackage), targetSource });
}

/** What each reader of a family read, by the name behind the family's prefix. */
function named<Fact>(options: {
  readers: readonly [string, Reader<Fact>][];
  prefix: string;
  read: Read;
}): Record<string, Fact> {
  const { readers, prefix, read } = options;
  return Object.fromEntries(readers.map(([id, reader]) => [id.slice(prefix.length), read(id, reader)]));
}
