import type { HostName, Instant, Kind, Series, ServiceName } from './names';

/** What a run keeps to return to: `openstackRollback` takes its id. */
export interface RestorePoint {
  readonly runId: string;
  /** Of the upgrade: a rolling one is returned to by a rollback with restore. */
  readonly kind: Kind;
  /** The upgrade that it was made for: a rollback returns to `from`. */
  readonly from: Series;
  readonly to: Series;
  readonly services: readonly ServiceName[];
  readonly madeAt: Instant;
  /** Dumps, archives and packages on all hosts. */
  readonly bytes: number;
  /** Hosts that did not answer: what lies there is not counted. */
  readonly unread: readonly HostName[];
}

/** What a restore point holds, as its manifest says it: `restore-points show`. */
export interface RestorePointDetails extends RestorePoint {
  readonly schemaVersion: 1;
  /** `missing`: made by an earlier release, or its run ended before it was written. `unreadable`: damaged, or of another release. */
  readonly manifest: 'read' | 'missing' | 'unreadable';
  readonly hosts: readonly RestorePointHost[];
  readonly dumps: readonly RestorePointDump[];
  /** Null: there is no second copy. */
  readonly copy: { readonly host: HostName; readonly files: number; readonly bytes: number } | null;
}

export interface RestorePointHost {
  readonly host: HostName;
  readonly writtenAt: Instant;
  readonly packages: number;
  readonly holds: readonly string[];
  /** Configuration, units, sources and pins that are listed with SHA-256, owner and mode. */
  readonly files: number;
  /** Dumps, archives and lists. */
  readonly kept: number;
  readonly oldPackages: number;
  readonly bytes: number;
}

export interface RestorePointDump {
  readonly host: HostName;
  readonly schema: string;
  readonly madeAt: Instant;
  /** The one that a rollback loads, of a rolling run the one with restore. */
  readonly restores: boolean;
  /** Made while the service ran: of a full run only for the load test. */
  readonly hadWriters: boolean;
  readonly loaded: boolean;
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
  readonly revisions: readonly string[];
}

/** One file that is not as it was recorded. */
export interface RestorePointProblem {
  readonly host: HostName;
  /** Below `restore-points/<run>`; `pool/...`: below `pool/<run>`. */
  readonly path: string;
  readonly what: 'missing' | 'changed' | 'incomplete' | 'tablesDiffer';
  /** The second copy has this file as it was recorded: `fetch` brings it back. */
  readonly inCopy: boolean;
}

/** Every file read and hashed again: `restore-points verify`. */
export interface VerifiedRestorePoint {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly manifest: RestorePointDetails['manifest'];
  readonly files: number;
  readonly bytes: number;
  readonly dumps: number;
  readonly problems: readonly RestorePointProblem[];
  /** Null: there is no second copy. */
  readonly copy: { readonly host: HostName; readonly files: number } | null;
  /** Hosts that did not answer: of their files nothing is known. */
  readonly unread: readonly HostName[];
}

/** Files brought back from the second copy. `left`: what is still wrong. */
export interface FetchedRestorePoint {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly fetched: readonly { readonly host: HostName; readonly path: string; readonly bytes: number }[];
  readonly left: readonly RestorePointProblem[];
  readonly unread: readonly HostName[];
}

export interface DroppedRestorePoints {
  readonly schemaVersion: 1;
  readonly dropped: readonly { readonly runId: string; readonly bytes: number }[];
  /** With the reason, as a sentence. */
  readonly refused: readonly { readonly runId: string; readonly sentence: string }[];
}
