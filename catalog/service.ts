import type { ShellText } from '../shell/sh';

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
  /** What piled up in its schema, counted before anything is stopped (P8). */
  readonly debts: readonly Debt[];
  /** Folders whose content must be the same on every controller: keys, which nobody could decrypt otherwise (trap 45). */
  readonly sharedKeys: readonly string[];
  /** Old cached objects kill the new code: flush memcached after the last old process stopped (fact 13). */
  readonly flushMemcached: boolean;
}

export interface ServiceUnit {
  readonly name: string;
  readonly api: Api | null;
  /** Read-only, run on the host after the start: every line succeeds once the unit does its work. */
  readonly ready: ShellText | null;
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

/** "Literally impossible to complete" above some hundred thousand deleted rows; the line operators asked for (P8). */
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
  /** Rows `id, name, action, since` of what is in work now. */
  readonly list: string;
}
