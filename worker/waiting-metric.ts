import { setTimeout as pause } from 'node:timers/promises';
import { Client, type WorkflowExecutionInfo } from '@temporalio/client';
import type { DataConverter, MetricMeter } from '@temporalio/common';
import { Runtime, type Worker } from '@temporalio/worker';
import type { RunStatus } from '../schema/status';
import { record } from './metrics';

const states = ['waitingForApproval', 'waitingForDecision'] as const;
/** A worker answers a query in milliseconds; one that does not is counted by others. */
const answerSeconds = 5;
/** More runs than this are never open on one queue; a loop of queries must not become the load. */
const mostRuns = 50;

interface Counting {
  readonly worker: Worker;
  readonly dataConverter?: DataConverter;
  readonly signal: AbortSignal;
  /** Default: 15. */
  readonly everySeconds?: number;
}

/** Tells how many runs wait for a person, and since when, so that an alert can call one. Ends with the signal. */
export async function countWaiting(options: Counting): Promise<void> {
  const { worker, signal, dataConverter, everySeconds = 15 } = options;
  const { connection } = worker;
  if (connection === undefined) return;
  const { namespace } = worker.options;
  const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  const { metricMeter: meter } = Runtime.instance();
  let known: Ages = {};
  while (!signal.aborted) {
    // A server that is away is told by /healthz and by Temporal's own metrics.
    await countRuns({ client, meter }).catch(() => undefined);
    known = await ages({ client, taskQueue: worker.options.taskQueue }).then(
      (seen) => show({ meter, known, ...seen }),
      () => known,
    );
    await pause(everySeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

async function countRuns({ client, meter }: { readonly client: Client; readonly meter: MetricMeter }): Promise<void> {
  for (const state of states) {
    const { count } = await client.workflow.count(waitingIn([state]));
    record({ meter, metric: 'runsWaiting', value: count, labels: { state } });
  }
}

/** The age of the oldest gate in seconds, by cloud and by what it is about. */
type Ages = Readonly<Record<string, { readonly cloud: string; readonly about: string; readonly seconds: number }>>;

/** Runs of this queue only: its workers, of which this is one, are who answers. */
async function ages(options: {
  readonly client: Client;
  readonly taskQueue: string;
}): Promise<{ readonly now: Ages; readonly isComplete: boolean }> {
  const { client, taskQueue } = options;
  const query = `${waitingIn(states)} AND TaskQueue = '${taskQueue.replaceAll("'", "''")}'`;
  const oldest: Record<string, Ages[string]> = {};
  let runs = 0;
  let isComplete = true;
  for await (const run of client.workflow.list({ query, pageSize: mostRuns })) {
    if (++runs > mostRuns) break;
    const status = await statusOf({ client, run });
    if (status === null) isComplete = false;
    for (const { about, openedAt } of status?.gates ?? []) {
      const cloud = status?.cloud ?? '';
      const key = `${cloud} ${about.kind}`;
      const seconds = Math.max(0, (Date.now() - Date.parse(openedAt)) / 1000);
      if (seconds >= (oldest[key]?.seconds ?? 0)) oldest[key] = { cloud, about: about.kind, seconds };
    }
  }
  return { now: oldest, isComplete };
}

async function statusOf(options: {
  readonly client: Client;
  readonly run: WorkflowExecutionInfo;
}): Promise<RunStatus | null> {
  const { client, run } = options;
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  return client.connection
    .withDeadline(Date.now() + answerSeconds * 1000, () => handle.query<RunStatus>('status'))
    .catch(() => null);
}

/**
 * A gate that was answered goes to 0: a gauge keeps its last value otherwise, and the alert with it. Where a run did not
 * answer, what is not known stays as it was: an alert must not end because a worker is slow.
 */
function show(options: {
  readonly meter: MetricMeter;
  readonly known: Ages;
  readonly now: Ages;
  readonly isComplete: boolean;
}): Ages {
  const { meter, known, now, isComplete } = options;
  const gone = Object.entries(known).filter(([key]) => !(key in now));
  const answered = isComplete ? gone.map(([, age]) => ({ ...age, seconds: 0 })) : [];
  for (const { cloud, about, seconds } of [...Object.values(now), ...answered])
    record({ meter, metric: 'gateAge', value: seconds, labels: { cloud, about } });
  return { ...known, ...now };
}

function waitingIn(which: readonly string[]): string {
  const any = which.map((state) => `OsuWaiting = '${state}'`).join(' OR ');
  return `(${any}) AND ExecutionStatus = 'Running'`;
}
