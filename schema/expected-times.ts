import type { HostName, Instant, SchemaName, Series, ServiceName } from './names';

/**
 * How long a run is expected to take. It travels beside the plan and is no part of it: another second of an estimate is no other plan,
 * and an approval is not lost by it (docs/decisions/0010-expected-times.md).
 */
export interface ExpectedTimes {
  /** Forward, then those that undo them, then `finally`. */
  readonly phases: readonly ExpectedPhase[];
  /** Of the way forward with `finally`, without what people take to answer and without work that has to end. */
  readonly seconds: number;
  /** Of the rollback from the very end. Null: there is none. */
  readonly rollbackSeconds: number | null;
  /** In which at least one service is closed. */
  readonly outageSeconds: number;
  /** Of each service of the run. */
  readonly outages: readonly ExpectedOutage[];
  /** Steps after which nobody serves a service any more, or somebody does again: what tells a running outage. */
  readonly marks: readonly ServingMark[];
  /** What the estimate counts with; a later rollback counts with it again. */
  readonly schemaBytes: Readonly<Record<SchemaName, number>>;
}

export interface ExpectedPhase {
  readonly id: string;
  readonly seconds: number;
  readonly from: TimeSource;
}

/** Where an expected time comes from. */
export type TimeSource =
  | { readonly kind: 'sizes' }
  /** An earlier run of the same cloud, in the same order, on as many hosts. */
  | {
      readonly kind: 'run';
      readonly runId: string;
      readonly endedAt: Instant;
      readonly from: Series;
      readonly to: Series;
    };

export interface ExpectedOutage {
  readonly service: ServiceName;
  /** Of the APIs that are watched, those that are its own. */
  readonly apis: readonly string[];
  readonly seconds: number;
  /** Of the cloud file. Null: it has none. */
  readonly budgetSeconds: number | null;
}

export interface ServingMark {
  readonly stepId: string;
  readonly host: HostName;
  readonly closes: readonly ServiceName[];
  readonly opens: readonly ServiceName[];
}
