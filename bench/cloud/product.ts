import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labExec, hostNames, type Lab } from '../../lab';
import { createClosing } from '../../lab/demo/closing';
import { startDemoWorker } from '../../lab/demo/worker';
import type { Gate } from '../../schema/decision';
import type { RunResult, RunStatus } from '../../schema/status';
import { findServerExecutable } from '../../tools/temporal/find-server';
import { startServer } from '../../tools/temporal/start-server';
import { BenchError } from '../bench-error';
import type { Interval } from './intervals';
import { readJobMs, type RanStep } from './run-parts';

/** A Temporal server and a worker, as an operator has them. */
export interface Product {
  /** Processes whose processor time is ours. */
  readonly pids: readonly number[];
  readonly run: (order: ProductOrder) => Promise<ProductRun>;
  readonly stop: () => Promise<void>;
}

/** A workflow by its public name with the JSON that a person would paste into the Web UI. */
export interface ProductOrder {
  readonly workflow: 'openstackFullUpgrade' | 'openstackRollback';
  readonly request: object;
  readonly wanted: RunResult['state'];
}

export interface ProductRun {
  /** From the request to the question about the plan. */
  readonly planned: Interval;
  /** From the approval to the end. */
  readonly whole: Interval;
  readonly steps: readonly RanStep[];
  readonly jobMs: Readonly<Record<string, number>>;
}

const namespace = 'default';
const taskQueue = 'openstack-upgrade-bench';

/** Longer than any upgrade of a lab. */
const patienceMs = 40 * 60_000;

export async function startProduct(options: {
  readonly lab: Lab;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}): Promise<Product> {
  const { lab, directory, signal, say } = options;
  const closing = createClosing({ say: () => undefined });
  try {
    // Never the server of TEMPORAL_ADDRESS: what others do there would be measured.
    const executable = await findServerExecutable({ say });
    const server = await startServer({ executable, databaseFile: join(directory, 'temporal.db') });
    closing.add('stopping Temporal', server.stop);
    const { address } = server;
    const worker = await startDemoWorker({
      address,
      namespace,
      taskQueue,
      cloudsDirectory: lab.cloudsDirectory,
      logFile: join(directory, 'worker.log'),
      failAtFile: null,
    });
    closing.add('stopping the worker', worker.stop);
    const connection = await Connection.connect({ address });
    closing.add('closing the client', () => connection.close());
    const client = new Client({ connection, namespace });
    return {
      pids: [worker.pid, server.pid],
      run: (order) => runOrder({ client, order, signal }),
      stop: closing.close,
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function runOrder(options: {
  readonly client: Client;
  readonly order: ProductOrder;
  readonly signal: AbortSignal;
}): Promise<ProductRun> {
  const { client, order, signal } = options;
  const askedAtMs = Date.now();
  const handle = await client.workflow.start(order.workflow, {
    taskQueue,
    workflowId: `bench-${String(askedAtMs)}`,
    args: [order.request],
  });
  const until = askedAtMs + patienceMs;
  const result = (handle.result() as Promise<RunResult>).catch(asSentence);
  // Whatever it becomes when nobody waits for it any more.
  result.catch(() => undefined);
  const waiting = { handle, result, until, signal };
  const gate = await planGate(waiting);
  const approvedAtMs = Date.now();
  await handle.executeUpdate('approve', {
    args: [{ gate: gate.code, by: 'ana', reason: 'benchmark', accept: gate.accept }],
  });
  const ended = await endOf({ ...waiting, gate });
  const whole = { fromMs: approvedAtMs, toMs: Date.now() };
  if (ended.state !== order.wanted)
    throw new BenchError(`${order.workflow} ended as ${ended.state}: ${ended.sentence}`);
  const { runId } = await handle.query<RunStatus>('status');
  return {
    planned: { fromMs: askedAtMs, toMs: approvedAtMs },
    whole,
    steps: await stepsOf(ended),
    jobMs: readJobMs((await Promise.all(hostNames.map((host) => read({ host, path: doneFile(runId) })))).join('\n')),
  };
}

interface Waiting {
  readonly handle: WorkflowHandle;
  /** Rejects where the run fails: a request that is refused never asks about a plan. */
  readonly result: Promise<RunResult>;
  readonly until: number;
  readonly signal: AbortSignal;
}

async function planGate({ handle, result, until, signal }: Waiting): Promise<Gate> {
  while (Date.now() < until) {
    const ended = await Promise.race([result, sleep(200).then(() => null)]);
    if (ended !== null) throw new BenchError(`the run ended before it had a plan: ${ended.sentence}`);
    signal.throwIfAborted();
    const gate = (await statusOf(handle))?.gates[0] ?? null;
    if (gate?.about.kind === 'plan') return gate;
    await stopAsking({ handle, gate });
  }
  throw new BenchError('no plan was made');
}

/** Waits for the end, and looks now and then whether a person is asked: nobody is here to answer. */
async function endOf(options: Waiting & { readonly gate: Gate }): Promise<RunResult> {
  const { handle, result, gate: plan, until, signal } = options;
  while (Date.now() < until) {
    const ended = await Promise.race([result, sleep(2000).then(() => null)]);
    if (ended !== null) return ended;
    signal.throwIfAborted();
    const gate = (await statusOf(handle))?.gates.find(({ code }) => code !== plan.code);
    await stopAsking({ handle, gate: gate ?? null });
  }
  throw new BenchError(`the run did not end in ${String(patienceMs / 60_000)} minutes`);
}

function asSentence(error: unknown): never {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  throw new BenchError(`the run failed: ${cause instanceof Error ? cause.message : String(cause)}`);
}

async function stopAsking(options: { readonly handle: WorkflowHandle; readonly gate: Gate | null }): Promise<void> {
  const { handle, gate } = options;
  if (gate !== null) {
    await handle.terminate('the benchmark has nobody who could answer');
    throw new BenchError(`the run asks a person: ${gate.question.slice(0, 600)}`);
  }
}

/** Null: no worker has processed the run yet. */
function statusOf(handle: WorkflowHandle): Promise<RunStatus | null> {
  return handle.query<RunStatus>('status').catch(() => null);
}

async function stepsOf({ report }: RunResult): Promise<readonly RanStep[]> {
  const host = hostNames.find((name) => name === report?.host);
  if (report === null || host === undefined) throw new BenchError('the run has no report');
  return (JSON.parse(await read({ host, path: report.json })) as { readonly steps: readonly RanStep[] }).steps;
}

const doneFile = (runId: string): string => `/var/lib/openstack-upgrade/runs/${runId}/DONE`;

/** Empty where a host has no such file: no job of the run ran there. */
async function read(options: { readonly host: (typeof hostNames)[number]; readonly path: string }): Promise<string> {
  return (await labExec({ host: options.host, command: `cat '${options.path}' 2>/dev/null || true` })).stdout;
}
