import type { Effect, Proof } from './effect';
import type { HostName, PlanKind, SchemaName, Series, ServiceName } from './names';

/**
 * The plan: what a person approves and what then runs, word for word.
 *
 * phase (approved together) > batch (hosts at once) > step (one thing on one host) > command (one remote shell text).
 * A plan is data: it can be printed, diffed, hashed and stored, and leaves the executor no choices.
 */
export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: PlanKind;
  readonly runId: string;
  /** Of a rollback: the run that it undoes, whose restore point it returns to. */
  readonly restorePoint?: string;
  readonly cloud: string;
  readonly cloudDigest: string;
  readonly from: Series;
  readonly to: Series;
  readonly services: readonly PlannedService[];
  readonly hosts: readonly { readonly name: HostName; readonly roles: readonly string[] }[];
  readonly lockHost: HostName;
  readonly approvers: readonly string[];
  readonly findings: readonly Finding[];
  /** Exact versions, once per group of hosts that gets the same ones. */
  readonly packageSets: readonly PackageSet[];
  /** Hosts that have a service of the run and are not upgraded by it. Absent: none. */
  readonly staysOld?: readonly StaysOld[];
  /** Programs of ours that its steps put on hosts or run. Absent in plans recorded before programs were named. */
  readonly programs?: readonly Program[];
  readonly phases: readonly Phase[];
  /** Of a rolling run: its other rollback. Absent: each phase says whether it restores (a full run), and in plans of earlier releases. */
  readonly restore?: RestoreWay;
  /**
   * Of a run host by host: what its phases name undoes them from wherever the run ended, so that another run can do it as well. Absent: only that run
   * can, because its rollback depends on the step at which it stands. A full run always can be.
   */
  readonly undoneLater?: true;
  readonly finally: Finally;
}

/** A host that keeps the release before: the upgrade of the service is not done while there is one (R-CEIL-24). */
export interface StaysOld {
  readonly host: HostName;
  readonly service: ServiceName;
  /** What tells its version. */
  readonly package: string;
  /** What the hosts of the run get. */
  readonly target: string;
}

/** A service that is upgraded, with what tells its version and which of the watched APIs are its own. */
export interface PlannedService {
  readonly name: ServiceName;
  readonly versionPackage: string;
  readonly apis: readonly string[];
}

export function serviceNames({ services }: Pick<Plan, 'services'>): readonly ServiceName[] {
  return services.map(({ name }) => name);
}

/** Where on its hosts everything is that this run, or this rollback of another one, returns to. */
export function restorePointOf({ restorePoint, runId }: Pick<Plan, 'restorePoint' | 'runId'>): string {
  return `/var/lib/openstack-upgrade/restore-points/${restorePoint ?? runId}`;
}

/** A program of ours that runs on hosts. Its text is in the scripts of the steps that put it there or run it. */
export interface Program {
  readonly name: string;
  /** Of `text`, which ends with a newline. */
  readonly sha256: string;
  readonly text: string;
}

/** Something wrong or risky that planning saw. A blocker refuses; a warning needs acceptance by id in the approval. */
export interface Finding {
  /** Stable and readable: `disk-nearly-full@db1`. */
  readonly id: string;
  readonly level: 'blocker' | 'warning' | 'note';
  readonly host: HostName | null;
  /** What was seen and what it would do to the cloud. */
  readonly text: string;
  /** What to do about it, as a sentence or a command. */
  readonly remedy: string;
  /** Rules and traps: `R-OPS-9`, `trap 44`. The planner takes them from catalog/rules; docs/rules.md says what they are. */
  readonly sources: readonly string[];
}

export interface PackageSet {
  readonly id: string;
  readonly hosts: readonly HostName[];
  readonly packages: readonly PackageChange[];
}

/** `installed` null: the package is new in the target series. */
export interface PackageChange {
  readonly name: string;
  readonly installed: string | null;
  readonly target: string;
}

/** A phase that undoes another one, and that nothing undoes. */
export interface UndoPhase {
  readonly id: string;
  readonly title: string;
  /** What users of the cloud notice while it runs. */
  readonly impact: string;
  /**
   * Its changes alter the cloud itself: whoever stops in it may have a half-done one. False: only preparations.
   */
  readonly altersCloud: boolean;
  /** Read-only; a failing one is drift: the cloud is not what the plan was made for. */
  readonly preconditions: readonly BoundProbe[];
  readonly batches: readonly Batch[];
  /**
   * Puts the load balancer into the state that is right once this phase is complete. Run by `finally` as well. What a
   * person does in it (`confirm`) is not asked: the phase's own steps brought it about, and after a stop it is owed.
   */
  readonly serving: Batch | null;
  /**
   * Asked before it starts, in a rollback that restored a database: from then on users write to what was restored. A rollback
   * without a restore is not asked again. Absent: runs on.
   */
  readonly gate?: PhaseGate | null;
}

export interface Phase extends UndoPhase {
  /** Asked before the phase starts. Null: runs on. */
  readonly gate: PhaseGate | null;
  readonly wayBack: WayBack;
}

/** How a phase is rolled back, however far it came, once every phase after it is. One that a plan of today does not know does not compile. */
export type WayBack =
  /** Nothing was altered but the run's own helpers, and `finally` takes these away. */
  | { readonly kind: 'nothing' }
  /**
   * Exact, and without a database. Empty: what it changed stays, and the installed code works with it. A phase that several
   * name (the same id) is walked once, where the rollback first comes to it.
   */
  | { readonly kind: 'undo'; readonly phases: readonly UndoPhase[] }
  /**
   * These databases have to be restored from the restore point. `phases`: how the run does it, before everything that earlier phases undo.
   * Empty: it does not know how, and people do it (plans that were recorded before runs could).
   */
  | {
      readonly kind: 'restore';
      readonly schemas: readonly SchemaName[];
      readonly loses: Loss;
      readonly phases: readonly UndoPhase[];
      /** Lists what users would lose, for the person who is about to choose it. Absent: nobody can have written, or nothing can tell. */
      readonly preview?: BoundProbe;
      /** Ids of phases that undo earlier ones, and need not be walked once these were: they have done the same on every host at once. */
      readonly instead?: readonly string[];
    };

/**
 * The rollback with restore of a rolling run, which a person may choose instead of the one that the phases name, or in the middle of that:
 * everything is closed and stopped, and the databases return to a dump. The same phases from wherever it begins, once the
 * phase `from` was started: every step checks first whether it is done.
 */
export interface RestoreWay {
  readonly from: string;
  readonly schemas: readonly SchemaName[];
  readonly phases: readonly UndoPhase[];
  /** Lists what users would lose. */
  readonly preview: BoundProbe;
}

/** What users lose by a restore. */
export type Loss = 'nothing' | 'writes since opening';

export interface PhaseGate {
  readonly question: string;
  /** Answered by the run itself when the request says so (options.openAutomatically). */
  readonly automatic: boolean;
  /** The phase may stay undone, now or when its preconditions do not hold: then they cannot be waved through. */
  readonly mayBeLeftOut?: boolean;
}

export interface BoundProbe {
  readonly host: HostName;
  readonly probe: Probe;
}

/** The same steps on every host of the batch; hosts go side by side, each through its own list. */
export interface Batch {
  readonly hosts: readonly HostName[];
  /** Hosts that may be left out without asking. */
  readonly maxFailures: number;
  readonly steps: readonly Step[];
  /** Absent: alone. Everything before it is done when it begins, and nothing after it begins before it is done. */
  readonly beside?: Beside;
}

/**
 * Batches in a row that name the same group go side by side: lane beside lane, the batches of one lane one after the other. What comes
 * after the group waits for all of its lanes. plan/check.ts proves that no lane depends on another one.
 */
export interface Beside {
  readonly group: string;
  readonly lane: string;
}

export type Step = CommandStep | Confirm;

/** A step that runs on its host. */
export type CommandStep = Probe | Change | Watch;

/** Reads a host. `script` prints on its last line why it is not yet so; that line is what people see. */
export interface Probe {
  readonly kind: 'probe';
  readonly id: string;
  readonly title: string;
  readonly script: string;
  /** What must hold: exit code 0, and the output, when given, equals or matches. */
  readonly expect: { readonly stdoutEquals?: string; readonly stdoutMatches?: string };
  /** 0: one look. Else looks again every `everySeconds` until it holds or the time is over. */
  readonly retryForSeconds: number;
  readonly everySeconds: number;
  /** What a person does when it does not hold. Stands beside the question. */
  readonly remedy?: string;
  /** What the run itself can do about it, when a person decides so at its gate (`repair`). Then the probe looks again. */
  readonly repair?: Repair;
  readonly timeoutSeconds: number;
  /** Its output is what a person decides by, or what the report tells: 8 KB of it come back. */
  readonly isRead?: true;
  /** What is proved when it holds. */
  readonly proves?: readonly Proof[];
  readonly requirements: readonly string[];
}

/**
 * Approved with the plan, as every command is; started by nobody but a person, as often as one says so. For a probe that
 * looks on one host alone: two of its gates could otherwise start it twice at once.
 */
export interface Repair {
  readonly host: HostName;
  readonly step: Change;
}

/** Alters a host. `script` holds check, run and check again (plan/change.ts says how). */
export interface Change {
  readonly kind: 'change';
  readonly id: string;
  readonly title: string;
  readonly script: string;
  /** The read-only part alone, as shown in the runbook: "done when". Null: cannot be seen from outside. */
  readonly check: string | null;
  /** The altering part alone, as shown in the runbook. */
  readonly run: string;
  /** What is different once it is done. Absent in plans of workers that did not say it. */
  readonly effects?: readonly Effect[];
  /**
   * The job's fate is unknown (host died in the middle): look whether it is done (`check`), start it again (`rerun`),
   * or ask a person. A schema migration always asks.
   */
  readonly onInterrupted: 'check' | 'rerun' | 'ask';
  /**
   * Read-only: says what can be seen of its effect when nobody knows how far it came. Of a step that is to be checked:
   * exit code 0 means that it is done. Null: there is nothing to look at (`rerun` looks by itself).
   */
  readonly whenUnknown?: string | null;
  /**
   * Read-only: exit code 0 means that it is done. Run when a person says so, of a step on which later ones rest. Absent where
   * nothing can tell, and in plans of workers that took a person's word.
   */
  readonly confirmation?: string;
  /** What the worker brings to this host before the script runs: hosts need not reach each other. */
  readonly carries?: Carried;
  readonly timeoutSeconds: number;
  /** Two jobs with the same mutex never run at once on a host: `db:heat`. */
  readonly mutex: string | null;
  readonly requirements: readonly string[];
}

/**
 * Files of the run's restore point on other hosts. They arrive in pieces, below `inbox/<host>` of the restore point on this host;
 * the step's script puts them together below `into/<host>`, and hashes what it has written.
 */
export interface Carried {
  readonly hosts: readonly HostName[];
  /** Read-only, run on each of these hosts: prints `sha256 bytes path` of every file, the path relative to the restore point. */
  readonly list: string;
  readonly into: 'hosts' | 'copy';
}

/** Runs beside the other steps until its stop file appears; started once, never waited for. */
export interface Watch {
  readonly kind: 'watch';
  readonly id: string;
  readonly title: string;
  readonly script: string;
  readonly requirements: readonly string[];
}

/** What only a person can do or see. Nothing runs on the host; the run waits for the answer. */
export interface Confirm {
  readonly kind: 'confirm';
  readonly id: string;
  readonly title: string;
  /** What to do, what to look at, and what breaks otherwise; the first line is the question itself. */
  readonly question: string;
  /** What the person has brought about. */
  readonly effects?: readonly Effect[];
  readonly requirements: readonly string[];
}

/** Puts back what this run put there. `resolved` waits until the cloud is whole again (green, or a person takes over). */
export interface Finally {
  readonly always: readonly Batch[];
  readonly resolved: readonly Batch[];
}

/** Exit codes with a meaning of their own in a change's script; a command's own 200 and 201 are reported as 199. */
export const changeExit = { unchanged: 200, notTrueAfterwards: 201, clash: 199 } as const;
