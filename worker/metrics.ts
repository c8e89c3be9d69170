import type { MetricMeter, MetricTags } from '@temporalio/common';

interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /**
   * With its unit: the exporter would spell it in its own way (`step_s`), and leave it out of gauges. Only `_total` of a counter
   * is the exporter's.
   */
  readonly name: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of the worker beside those of Temporal. Dashboards, alert rules and docs/production.md are held against it. */
export const metrics = {
  steps: {
    kind: 'counter',
    name: 'openstack_upgrade_steps',
    labels: ['cloud', 'kind', 'outcome'],
    help: 'Steps that ended, by outcome',
  },
  stepSeconds: {
    kind: 'histogram',
    name: 'openstack_upgrade_step_seconds',
    labels: ['cloud', 'kind', 'outcome'],
    help: 'Time from the start of a step to its outcome',
  },
  jobsStarted: {
    kind: 'counter',
    name: 'openstack_upgrade_jobs_started',
    labels: ['cloud'],
    help: 'Commands that were started on hosts',
  },
  jobsFound: {
    kind: 'counter',
    name: 'openstack_upgrade_jobs_found',
    labels: ['cloud'],
    help: 'Commands that had started before and were found again: after the death of a worker, or after "wait"',
  },
  jobsEnded: {
    kind: 'counter',
    name: 'openstack_upgrade_jobs_ended',
    labels: ['cloud', 'outcome'],
    help: 'Commands that ended on hosts, by outcome',
  },
  jobSeconds: {
    kind: 'histogram',
    name: 'openstack_upgrade_job_seconds',
    labels: ['cloud', 'outcome'],
    help: "Time that a command took, by its host's clock",
  },
  jobsRunning: {
    kind: 'gauge',
    name: 'openstack_upgrade_jobs_running',
    labels: ['cloud'],
    help: 'Commands that run now, of those that this worker follows',
  },
  jobsWaiting: {
    kind: 'gauge',
    name: 'openstack_upgrade_jobs_waiting',
    labels: ['cloud'],
    help: 'Commands that wait on their host for another one to end',
  },
  apiDowntime: {
    kind: 'gauge',
    name: 'openstack_upgrade_api_downtime_seconds',
    labels: ['cloud', 'api'],
    help: 'Downtime of an API in the last run, as its report says it',
  },
  runsWaiting: {
    kind: 'gauge',
    name: 'openstack_upgrade_runs_waiting',
    labels: ['state'],
    help: 'Runs that wait for a person',
  },
  gateAge: {
    kind: 'gauge',
    name: 'openstack_upgrade_gate_age_seconds',
    labels: ['cloud', 'about'],
    help: 'Since when the oldest open gate of a cloud waits for a person; 0: none is open',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricId = keyof typeof metrics;

type Labels<Id extends MetricId> = Readonly<Record<(typeof metrics)[Id]['labels'][number], string>> & MetricTags;

/** Adds to a counter, records in a histogram, or sets a gauge. */
export function record<Id extends MetricId>(options: {
  readonly meter: MetricMeter;
  readonly metric: Id;
  readonly value: number;
  readonly labels: Labels<Id>;
}): void {
  const { meter, value, labels } = options;
  const { kind, name, help }: Metric = metrics[options.metric];
  switch (kind) {
    case 'counter':
      meter.createCounter(name, undefined, help).add(value, labels);
      return;
    case 'histogram':
      meter.createHistogram(name, 'float', undefined, help).record(value, labels);
      return;
    case 'gauge':
      meter.createGauge(name, 'float', undefined, help).set(value, labels);
      return;
    default:
      kind satisfies never;
  }
}

/** As Prometheus shows it. A histogram has three: buckets, sum and count. */
export function exposedNames({ kind, name }: Metric): readonly string[] {
  if (kind === 'counter') return [`${name}_total`];
  return kind === 'gauge' ? [name] : [`${name}_bucket`, `${name}_sum`, `${name}_count`];
}

/** The exporter's own end at ten seconds; a migration of a large database takes an hour. */
const bucketsSeconds = [0.05, 0.2, 1, 3, 10, 30, 60, 180, 600, 1800, 3600, 14_400];

/** For the exporter's `histogramBucketOverrides`. */
export const buckets: Readonly<Record<string, number[]>> = Object.fromEntries(
  [metrics.stepSeconds, metrics.jobSeconds].map(({ name }) => [name, [...bucketsSeconds]]),
);
