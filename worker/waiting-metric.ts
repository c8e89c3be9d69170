import { setTimeout as pause } from 'node:timers/promises';
import { Runtime, type Worker } from '@temporalio/worker';

const everySeconds = 15;
const states = ['waitingForApproval', 'waitingForDecision'] as const;

/** Counts the runs of the namespace that wait for a person, so that an alert can call one. Ends with the signal. */
export async function countWaiting(options: { readonly worker: Worker; readonly signal: AbortSignal }): Promise<void> {
  const { worker, signal } = options;
  const { connection } = worker;
  if (connection === undefined) return;
  const waiting = Runtime.instance().metricMeter.createGauge(
    'openstack_upgrade_runs_waiting',
    'int',
    undefined,
    'Runs that wait for a person',
  );
  while (!signal.aborted) {
    for (const state of states) {
      const query = `OsuWaiting = '${state}' AND ExecutionStatus = 'Running'`;
      const { namespace } = worker.options;
      // A server that is away is told by /healthz and by Temporal's own metrics.
      const counted = await connection.workflowService.countWorkflowExecutions({ namespace, query }).catch(() => null);
      if (counted !== null) waiting.set(Number(counted.count), { state });
    }
    await pause(everySeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
