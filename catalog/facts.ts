import type { HostName } from '../schema/names';
import type { KeptRemaining } from '../schema/remaining';
import type { EarlierTimes } from '../schema/run-times';
import type { ApacheFacts } from './platform/apache';
import type { Repository } from './platform/apt-repositories';
import type { AptFacts, InstalledPackage } from './platform/dpkg';
import type { DatabaseServerFacts } from './platform/mariadb';
import type { Endpoint } from './platform/endpoints';
import type { FileSystem, HostIdentity, Leftovers } from './platform/host';
import type { KeptConfiguration } from './platform/kept-configuration';
import type { KeptPoint } from './platform/kept-points';
import type { LoadBalancerFacts } from './platform/haproxy';
import type { ListeningSocket } from './platform/listening';
import type { LibraryUser } from './platform/library-users';
import type { PackageFiles } from './platform/package-files';
import type { PipelineChanges } from './platform/pipelines';
import type { PointReleases } from './platform/point-releases';
import type { PollsterChanges } from './platform/pollsters';
import type { PublishingRead } from './platform/publishing';
import type { OptionReview, SchemaRead } from './platform/service-config';
import type { UnitFacts } from './platform/systemd';
import type { TargetOffers } from './platform/target-offers';
import type { SourceLists } from './platform/apt-lists';
import type { BrokenRequirement } from './platform/python-requirements';
import type { TransportVerdict } from './platform/transport-url';
import type { SimulatedUpgrade } from './platform/apt-simulation';
import type { PipelinesLeft } from './platform/pipelines-left';
import type { QueueConsumer } from './platform/queue-consumers';
import type { QueueLimit } from './platform/queue-limits';
import type { BrokerFacts } from './platform/rabbitmq';
import type { EngineRoom, TransportRead } from './platform/transport';

/** What a survey read from one host. Sections that its roles don't have are null. */
export interface HostFacts {
  readonly host: HostName;
  readonly identity: HostIdentity;
  readonly missingTools: readonly string[];
  /** By which others see it, where the run has services whose agents take messages from queues. */
  readonly addresses?: readonly string[];
  readonly fileSystems: readonly FileSystem[];
  readonly leftovers: Leftovers;
  readonly restorePoints: readonly KeptPoint[];
  /** How long earlier runs took. Null: it is not the lock host. */
  readonly earlierTimes: EarlierTimes | null;
  /** What earlier runs left with the release before. Null: it is not the lock host. */
  readonly remaining: readonly KeptRemaining[] | null;
  /** Pipelines of a new release that a run which was ended in its middle left. Absent: it is no controller. */
  readonly pipelinesLeft?: PipelinesLeft | null;
  /** How far the host's clock is from the worker's, give or take the way there. Null: not read. */
  readonly clockOffsetSeconds: number | null;
  readonly otherHands: readonly string[];
  readonly packages: PackageFacts | null;
  /** Of compute, network and storage hosts that are no controllers. With `packages` where units of the run are on it: then the plan chooses. */
  readonly observed: ObservedFacts | null;
  readonly database: DatabaseServerFacts | null;
  readonly broker: BrokerFacts | null;
  /** Of a broker, where the run has services whose data wait in queues; null: not read. */
  readonly queueLimits?: readonly QueueLimit[] | null;
  /** The same: who takes messages from their queues; null: not read. */
  readonly queueConsumers?: readonly QueueConsumer[] | null;
  readonly loadBalancer: LoadBalancerFacts | null;
}

export interface PackageFacts {
  readonly apt: AptFacts;
  readonly installed: readonly InstalledPackage[];
  readonly units: readonly UnitFacts[];
  /** APIs may be sites of it. Null: the host has none. */
  readonly apache: ApacheFacts | null;
  readonly simulation: SimulatedUpgrade;
  readonly lists: SourceLists;
  /** What apt takes packages from now. Null: not read. */
  readonly repositories: readonly Repository[] | null;
  /** Null: apt could not say. */
  readonly targetOffers: TargetOffers | null;
  /** Newer versions of the installed series, where a source has them. Null: apt could not say. */
  readonly pointReleases: PointReleases | null;
  readonly files: PackageFiles;
  /** Null: it could not be read. */
  readonly keptConfiguration: readonly KeptConfiguration[] | null;
  readonly listening: readonly ListeningSocket[];
  /** Ports of the APIs on which they speak TLS. Null: not read. */
  readonly tlsPorts: readonly number[] | null;
  /** What the new libraries would break among Python packages that stay. Null: it could not be read. */
  readonly brokenRequirements: readonly BrokenRequirement[] | null;
  /** Who runs with packages that will be replaced, services of the run included. Null: it could not be read. */
  readonly libraryUsers: readonly LibraryUser[] | null;
  /** By the schema's id. */
  readonly schemas: Readonly<Record<string, SchemaRead>>;
  readonly transports: Readonly<Record<string, TransportVerdict | null>>;
  /** Hash of each folder of shared keys; the keys themselves stay where they are. */
  readonly sharedKeys: Readonly<Record<string, string>>;
  readonly unmergedFiles: readonly string[];
  /** Options of each configuration file against the target's template; null: it could not be compared. */
  readonly options: Readonly<Record<string, OptionReview | null>>;
  /** By service, for those that can be upgraded host by host. */
  readonly rollingTransports: Readonly<Record<string, TransportRead>>;
  readonly engineRoom: Readonly<Record<string, EngineRoom>>;
  /** By service, for those that hand on what they measure; null: not read. */
  readonly publishing: Readonly<Record<string, PublishingRead | null>>;
  /** By service, for those that poll; null: not read. */
  readonly pollsters: Readonly<Record<string, PollsterChanges | null>>;
  /** By service, for those whose agents work on pipelines; null: not read. */
  readonly pipelines: Readonly<Record<string, PipelineChanges | null>>;
  /** Where services and the administrator call Keystone from this host. Null: not read. */
  readonly keystoneUrls: readonly Endpoint[] | null;
}

/** What lies and runs on a host that is no controller. */
export interface ObservedFacts {
  readonly installed: readonly InstalledPackage[];
  readonly units: readonly UnitFacts[];
}

/** A host that could not be read: why, and what to do. */
export interface HostUnread {
  readonly host: HostName;
  readonly problem: 'unreachable' | 'hostKey' | 'auth' | 'sudo' | 'survey';
  readonly sentence: string;
}

export interface CloudFacts {
  readonly hosts: readonly HostFacts[];
  readonly unread: readonly HostUnread[];
}
