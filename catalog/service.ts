import type { ShellText } from '../shell/sh';
import type { RuleId } from './rules';

/**
 * What a service is, as far as an upgrade must know. One file a service in services/; nothing else in the product
 * names a service, except its command builders in plan/commands/.
 */
export interface Service {
  readonly name: string;
  /** Debian source packages whose installed binaries are the service's own. */
  readonly sourcePackages: readonly string[];
  /** The binary package whose version tells the installed series. */
  readonly versionPackage: string;
  /** OS user that its manage tools run as; as root they leave log files the service cannot open (trap 36). */
  readonly user: string;
  readonly configFile: string;
  /** Units in stop order; start is the reverse. */
  readonly units: readonly ServiceUnit[];
  readonly schema: Schema;
  /** Files that the distribution installs once and never merges (fact 10): where the package keeps its own copy. */
  readonly templates: readonly Template[];
  /** Paste files whose factories must be importable with the new code (trap 12). */
  readonly pasteFiles: readonly string[];
  /** Debconf answers that keep its packages from migrating or rewriting anything by themselves (fact 9, trap 9). */
  readonly passive: readonly PassiveAnswer[];
  /** `<service>-status upgrade check`, run with the new code before anything starts. Null: it has none. */
  readonly upgradeCheck: string | null;
  /** Work in flight that a stop would strand, as SQL in its own schema. Null: a stop strands nothing. */
  readonly workInFlight: WorkInFlight | null;
  /** What piled up in its schema, counted before anything is stopped (R-OPS-30). */
  readonly debts: readonly Debt[];
  /** Folders whose content must be the same on every controller: keys, which nobody could decrypt otherwise (trap 45). */
  readonly sharedKeys: readonly string[];
  /** Old cached objects kill the new code: flush memcached after the last old process stopped (fact 13). */
  readonly flushMemcached: boolean;
  /** How it is upgraded host by host while it serves. Null: only cold, in one pass. */
  readonly rolling: Rolling | null;
}

/** The directory of its configuration: `/etc/heat`. */
export function configDirectoryOf({ configFile }: Pick<Service, 'configFile'>): string {
  return configFile.replace(/\/[^/]*$/, '');
}

export interface ServiceUnit {
  readonly name: string;
  readonly api: Api | null;
  /** Read-only, run on the host after the start: every line succeeds once the unit does its work. */
  readonly ready: ShellText | null;
  /** Read-only, run on the host after the stop: every line succeeds once nobody counts on the unit any more. */
  readonly gone: ShellText | null;
  /** Seconds its graceful stop may take; Debian's unit gives 15 and then kills (fact 3). Null: the default is enough. */
  readonly gracefulStopSeconds: number | null;
}

export interface Api {
  /** As in the report: `heat-api`. */
  readonly name: string;
  readonly port: number;
  /** Answers 200 or 300 without a token; tells only that WSGI answers (B.0). */
  readonly healthPath: string;
}

export interface Schema {
  /** Upgrades the schema with the installed code, as the service's user. */
  readonly sync: ShellText;
  /** Folders below dist-packages that may hold the migration scripts; the first that exists counts. */
  readonly scripts: readonly string[];
  readonly timeoutSeconds: number;
  /** Needs SUPER or log_bin_trust_function_creators when binary logging is on (trap 26). */
  readonly createsTriggers: boolean;
  /** What its own guide says of the migration, beside what holds forevery schema. */
  readonly rules: readonly RuleId[];
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

/** "Literally impossible to complete" above some hundred thousand deleted rows; the line operators asked for (R-OPS-30). */
export const toleratedDeletedRows = 100_000;

/** Rows that make a migration long or mislead the people who watch it. Counted, never removed: that is a person's decision. */
export interface Debt {
  /** As in the finding: `deleted-stacks`. */
  readonly id: string;
  readonly noun: string;
  /** SQL in the service's schema; prints one number. */
  readonly count: string;
  /** So many are nothing to mention. */
  readonly tolerated: number;
  readonly level: 'warning' | 'note';
  /** What they do to the upgrade. */
  readonly harm: string;
  readonly remedy: string;
}

export interface WorkInFlight {
  readonly noun: string;
  /** Rows `id, name, action, since` of what is in progress now. */
  readonly list: string;
  /** Why it is waited for before its units stop. */
  readonly rules: readonly RuleId[];
}

/**
 * A service of stateless APIs that pass work over RabbitMQ to engines. Two releases of it may share a database but
 * never a vhost (R-HEAT-17); which engine does the work is decided by the vhost that an API talks on.
 */
export interface Rolling {
  readonly engineUnit: string;
  /** Started with `--config-file` and `--config-dir` of its own as the side engine. */
  readonly engineProgram: string;
  /** The same code from wheels, where it is to run beside the packages. */
  readonly venv: VenvCode;
  /** Queue of all engines of a vhost; `<topic>.<host>` is one host's own. */
  readonly topic: string;
  /** Names of the queues that carry work to engines, as a regular expression. */
  readonly queues: string;
  /** What `graceful_shutdown_timeout` may be at most, so that the unit's time to stop exceeds it (C.3). */
  readonly longestShutdownSeconds: number;
  readonly work: RollingWork;
  /** Read-only, on an engine's host: exactly its workers count as alive there, no more and no fewer (C.6). */
  readonly workersUp: ShellText;
  /** On one engine's host: takes the rows of engines away that are gone. `none` holds when there are none. */
  readonly deadEngines: { readonly none: ShellText; readonly remove: ShellText };
  /** What old code leaves behind in the new schema while both run, because the migration filled it in only once. */
  readonly backfills: readonly Backfill[];
}

/** SQL in the service's schema. */
export interface Backfill {
  readonly id: string;
  readonly title: string;
  /** Prints 1 where the schema knows of it, else 0. */
  readonly applies: string;
  /** Prints how many rows are left. */
  readonly count: string;
  readonly fill: string;
}

/** A service's code as Python packages. */
export interface VenvCode {
  readonly distribution: string;
  /** What the packages bring along, and no requirement of it names: as pip takes it, without blanks. */
  readonly drivers: readonly string[];
  /** From this major version on its APIs have no program of their own to be started with. */
  readonly apisEndAt: number;
}

/** SQL in the service's schema. `switched (id, traversal)` holds what was in progress when the APIs left a vhost. */
export interface RollingWork {
  readonly noun: string;
  /** Rows `id, traversal` of what is in progress. */
  readonly set: string;
  /** Rows `id, name, action, since, state, project` of `switched` still in progress; state `works`, or `stuck` (C.5). */
  readonly left: string;
  /**
   * Rows `id, name, action, since, state, project` of all that is in progress, and of all that a live engine still holds, whoever
   * gave it the work; state as in `left`. Empty: any engine may stop now.
   */
  readonly all: string;
  /** Rows `id, name, action, since` that are in progress although nothing and nobody works on them (C.5). */
  readonly stuck: string;
  /** Rows `id, name, action, since` in progress that a new vhost's engine would take from its live owner (fact 2). */
  readonly stealable: string;
  /** Rows `id, name, reason` of `switched` that an engine of another vhost took for orphaned (fact 2). */
  readonly taken: string;
  /** What a person does about a stuck one, in the order to try; `<id>` stands for its id (C.5). */
  readonly repair: string;
  /** Carries stuck ones on where a person lets it (catalog/programs). */
  readonly repairProgram: 'stuck-stacks';
}
