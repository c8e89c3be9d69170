import type { HostName, Instant, Series, ServiceName } from './names';

/** What a run keeps to return to: `openstackRollback` takes its id. */
export interface RestorePoint {
  readonly runId: string;
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
