import type { ShellText } from '../../shell/sh';
import type { RuleId } from '../rules';
import type { Majors } from './majors';

/** A database of a service: where its URL stands, how it is brought to the new release, what lies in it. */
export interface Schema {
  /** Unique among all services: the service's own name, or `nova-api` where it has several. Begins the ids of its steps. */
  readonly id: string;
  /** Where its URL stands. `option` absent: `connection`. */
  readonly config: { readonly file: string; readonly section: string; readonly option?: string };
  /** Folders below dist-packages that may hold the migration scripts; the first that exists counts. */
  readonly scripts: readonly string[];
  /** Needs SUPER or log_bin_trust_function_creators when binary logging is on (trap 26). */
  readonly createsTriggers: boolean;
  /** In the order in which they run with the service stopped. One of a kind. */
  readonly migrations: readonly Migration[];
  /** Work in flight that a stop would strand. Null: a stop strands nothing that this database knows of. */
  readonly workInFlight: WorkInFlight | null;
  /** What piled up, counted before anything is stopped (R-OPS-30). */
  readonly debts: readonly Debt[];
  /** What users have: shown by a rollback that would take it away (R-OPS-56). */
  readonly objects: readonly ListedObjects[];
  /** SQL: rows `interface, url` of every endpoint of the cloud. Absent: the schema does not know them. */
  readonly endpoints?: string;
  /** Major versions of the service that have it. Absent: all that are known. */
  readonly majors?: Majors;
  /** A cloud may keep nothing in it: then no URL is configured, and what its agents tell says so (`keeps`). */
  readonly optional?: true;
}

/**
 * One command that upgrades a schema with the new code, as the service's user. Its guide decides when it may run:
 * - `sync` does all of it at once. Under the installed release only where its guide says so (R-HEAT-13).
 * - `expand` and `migrate` add what the new release needs; the installed one can go on working.
 * - `contract` takes away what only the old release needs: after the last old process has stopped.
 * - `online` rewrites rows into the new release's form. In a cold run before the start: nobody waits for it then, and no
 *   later step can be held up by rows that are left. In a rolling run after the new code serves everywhere: old code cannot
 *   read the new form (Nova's and Cinder's upgrade guides; Placement's `db online_data_migrations` is built like Nova's).
 */
export type Migration = SchemaMigration | OnlineMigration;

interface MigrationCommand {
  readonly command: ShellText;
  readonly timeoutSeconds: number;
  /** What its own guide says of it, beside what holds for every migration. */
  readonly rules: readonly RuleId[];
  /** Major versions whose code has this command. Absent: all that are known. */
  readonly majors?: Majors;
}

export interface SchemaMigration extends MigrationCommand {
  readonly kind: 'sync' | 'expand' | 'migrate' | 'contract';
  readonly done: Done;
}

/** Works in batches, each a transaction, and does nothing where nothing is left: it may run again whatever became of it. */
export interface OnlineMigration extends MigrationCommand {
  readonly kind: 'online';
}

/**
 * Upgrades through the APIs of others what a service keeps with them: these are needed (`needs`), serve already with their new
 * code, and none of the service's own units has started. It may run again whatever became of it.
 */
export interface ServingMigration extends MigrationCommand {
  /** Ends the id of its step. */
  readonly id: string;
  /** Where it writes why it failed: it prints nothing. */
  readonly log: string;
  /** What a failure means now, and what to do. */
  readonly failed: string;
}

/** How it is seen, without changing anything, that a migration is done. */
export type Done =
  /** The revision of the schema is the newest of the installed scripts: read by us, because few services tell it reliably. */
  | { readonly by: 'head' }
  /** A command of the service, by its exit code; every other code means that it is not done, or that nothing is known. */
  | { readonly by: 'exit'; readonly command: ShellText; readonly codes: readonly number[] };

/** "Literally impossible to complete" above some hundred thousand deleted rows; the line operators asked for (R-OPS-30). */
export const toleratedDeletedRows = 100_000;

/** Rows that make a migration long or mislead the people who watch it. Counted, never removed: that is a person's decision. */
export interface Debt {
  /** As in the finding: `deleted-stacks`. */
  readonly id: string;
  readonly noun: string;
  /** SQL in the schema; prints one number. */
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
  /** SQL in the schema: rows `id, name, action, since` of what is in progress now. */
  readonly list: string;
  /** That it reads. */
  readonly tables: readonly string[];
  /**
   * Whoever was answered has a row: the API, which does the work itself, writes it before it answers. Closed and drained, one look
   * tells all.
   */
  readonly rowBeforeAnswer?: true;
  /** What a person does about one that is stuck. */
  readonly repair: string;
  /** Why it is waited for before the service's units stop. */
  readonly rules: readonly RuleId[];
}

export interface ListedObjects {
  /** `stack`. */
  readonly noun: string;
  /** SQL in the schema: what is there now, with the columns `id` and `name`. */
  readonly list: string;
  /** Nobody creates them: whoever accepted that some are lost is not asked again about those that came since. */
  readonly comeByThemselves?: true;
}
