import type { ShellText } from '../../shell/sh';
import type { Majors } from './majors';
import type { ServiceProof } from './proof';
import type { Rolling } from './rolling';
import type { Schema, ServingMigration } from './schema';
import type { ServiceUnit } from './unit';

/**
 * What a service is, as far as an upgrade must know. One file a service in catalog/services/; nothing else in the product
 * names a service.
 */
export interface Service {
  readonly name: string;
  /** As a person writes it: `Heat`. */
  readonly title: string;
  /** Debian source packages whose installed binaries are the service's own. */
  readonly sourcePackages: readonly string[];
  /** The binary package whose version tells the installed series. */
  readonly versionPackage: string;
  /**
   * Its major version in each series (catalog/releases.ts). Source: git tags of the project (B.0). Null: it is released in a
   * rhythm of its own, its version tells no series, and it goes from one major version to the next.
   */
  readonly majors: Readonly<Record<string, number>> | null;
  /** OS user that its manage tools run as; as root they leave log files the service cannot open (trap 36). */
  readonly user: string;
  readonly configFile: string;
  /** Services that must answer at the load balancer before this one can start and be proved. They open early. */
  readonly needs: readonly string[];
  /** Services that its work in flight calls, itself or through others: it stops before them and starts after them. */
  readonly uses: readonly string[];
  /** Services that hand it data and throw them away while it is stopped: they stop before it, in the same run. */
  readonly fedBy?: readonly string[];
  /** Programs of ours that its looks and commands call. */
  readonly programs?: readonly ServiceProgram[];
  /** Units in stop order; start is the reverse. */
  readonly units: readonly ServiceUnit[];
  /** In the order in which they are migrated. Empty: it keeps nothing in a database. */
  readonly schemas: readonly Schema[];
  /** Upgrades what it keeps in other services, while these serve. */
  readonly servingMigrations?: readonly ServingMigration[];
  /** It measures, and hands on what it measured. */
  readonly publishing?: Publishing;
  /** What it has taken or handed on and nobody has processed yet: the curve of a run, and whether the hour is quiet (R-CEIL-6). */
  readonly backlog?: Backlog;
  /** Files that the distribution installs once and never merges (fact 10): where the package keeps its own copy. */
  readonly templates: readonly Template[];
  /** Paste files whose factories must be importable with the new code (trap 12). */
  readonly pasteFiles: readonly string[];
  /** Debconf answers that keep its packages from migrating or rewriting anything by themselves (fact 9, trap 9). */
  readonly passive: readonly PassiveAnswer[];
  /** `<service>-status upgrade check`, run with the new code before anything starts. Null: it has none. */
  readonly upgradeCheck: UpgradeCheck | null;
  /** Null: only that its APIs answer. */
  readonly proof: ServiceProof | null;
  /**
   * Upgraded only where the request names it, with a warning to accept: it was seen on few hosts, and on no others than the lab's. What
   * a run without it does with its libraries and packages is the same as with any other service.
   */
  readonly onlyByName?: true;
  /** What it keeps beside its schemas, which no restore of them brings back. Null: nothing. */
  readonly keepsElsewhere: KeptElsewhere | null;
  /** Folders whose content must be the same on every controller: keys, which nobody could decrypt otherwise (trap 45). */
  readonly sharedKeys: readonly string[];
  /** Old cached objects kill the new code: flush memcached after the last old process stopped (fact 13). */
  readonly flushMemcached: boolean;
  /** Its agents may run in two releases side by side: it is upgraded host by host while the others work. */
  readonly agentsRoll?: true;
  /** How a service of engines is upgraded host by host while it serves. Null: only cold, in one pass, but for `agentsRoll`. */
  readonly rolling: Rolling | null;
}

export interface KeptElsewhere {
  /** `the bytes of images`. */
  readonly what: string;
  /** The migration that works on them as well, so that they are backed up before it. Absent: an upgrade does not touch them. */
  readonly migratedBy?: string;
}

/** Of a service of agents: what decides how it is upgraded and proved. */
export interface Publishing {
  /** Reads its publishers. */
  readonly program: 'telemetry-facts';
  /** Kinds of publishers whose store proves that samples arrive (`provedAlone`). */
  readonly stores: readonly string[];
  /** Units that poll the same things: two of them without coordination take every sample twice. */
  readonly shares: readonly string[];
  /** The package that brings the pollsters. */
  readonly code: string;
  /** Releases in which this unit takes what `from` publishes, and hands it on as its dispatchers say; `keeps` into the service's own schema. */
  readonly collects?: { readonly unit: string; readonly from: string; readonly keeps: string };
  /** The unit that works on pipelines. */
  readonly pipelineUnit: string;
  /** Names of the queues in which samples and notifications wait for its agents, as a regular expression of JavaScript and of awk. */
  readonly waitingQueues: string;
  /** Names of all queues that are the service's own, new ones too, as far as a name tells: those that the report has before and after. */
  readonly queues: string;
  /** Routing keys of what its agents write themselves, beside every key that ends with `.sample`, for wildcards to be held against. */
  readonly writes: readonly string[];
  /** Meters that a release has in another unit than the one before. */
  readonly changedUnits: readonly ChangedUnits[];
  /** Major versions whose agents may share the work of one pipeline: those of two hosts must have the same. Absent: none. */
  readonly partitioned?: Majors;
}

export interface ChangedUnits {
  /** The major version that brings it. */
  readonly major: number;
  readonly meters: readonly string[];
  /** As in `MB and GB become MiB and GiB`. */
  readonly change: string;
}

export interface Backlog {
  /** As in `how many measures wait in Gnocchi`. */
  readonly what: string;
  /** Read-only, on a host of the service, in any moment of a run: prints a line that begins with their number. */
  readonly look: ShellText;
  /** The same, and succeeds when so few wait that the hour is quiet. */
  readonly isLow: ShellText;
}

/** Of programs/, those that a service's own looks call. */
export type ServiceProgram = 'engine-rows' | 'gnocchi-backlog' | 'telemetry-proof';

/** The directory of its configuration: `/etc/heat`. */
export function configDirectoryOf({ configFile }: Pick<Service, 'configFile'>): string {
  return configFile.replace(/\/[^/]*$/, '');
}

export interface UpgradeCheck {
  readonly command: string;
  /** What it looks at: where it is the configuration alone, it tells as much before the schema is migrated, and nobody waits for it. */
  readonly of: 'configuration' | 'configuration and database';
  /** What it prints when it came to an end: some releases ignore `--json`. */
  readonly prints: 'json' | 'table';
}

export interface Template {
  readonly package: string;
  readonly packaged: string;
  readonly running: string;
}

export interface PassiveAnswer {
  readonly package: string;
  readonly question: string;
}
