import type { ShellText } from '../../shell/sh';

/**
 * How a service is upgraded host by host while it serves. One style today. The others that OpenStack's services need, each
 * a member of its own when a service brings it:
 * - APIs alone (Keystone, Glance, Placement): the new schema expanded under the installed code, hosts moved at the load
 *   balancer, `contract` and `online` once no old process is left.
 * - conductors (Nova, Cinder): versions of messages are pinned, and no old conductor remains when new APIs talk.
 * - agents (Neutron): the server first, agents host by host after it; a destructive expand means held requests.
 */
export type Rolling = EngineRolling;

/**
 * A service of stateless APIs that pass work over RabbitMQ to engines. Two releases of it may share a database but
 * never a vhost (R-HEAT-17); which engine does the work is decided by the vhost that an API talks on.
 */
export interface EngineRolling {
  readonly style: 'engines';
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

/** SQL in the service's first schema. */
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

/** SQL in the service's first schema. `switched (id, traversal)` holds what was in progress when the APIs left a vhost. */
export interface RollingWork {
  readonly noun: string;
  /** Rows `id, traversal` of what is in progress. */
  readonly set: string;
  /** Rows `id, name, action, since, state, project` of `switched` still in progress; state `works`, or `stuck` (C.5). */
  readonly left: string;
  /** The same rows, of `switched` alone what nobody has resumed since: after a restore, nobody who wrote it down as in progress is there. */
  readonly untouched: string;
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
