import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { ReportPlace } from '../schema/activities';
import type { MessageName } from '../schema/messages';
import type { PreflightResult, RunResult, RunStatus } from '../schema/status';
import { gateOfPlan } from './approve-plan';
import { askServer, handleOf, isPolled, isRunning, queryRun, told, updateRun, type Asking } from './ask-run';
import { fetchReport } from './fetch-report';
import { listRuns } from './list-runs';
import { planData } from './plan-data';
import { readPart } from './read-part';
import { refOf, type RunRef } from './run-ref';
import {
  finishWish,
  preflightWish,
  rollbackWish,
  startRun,
  upgradeWish,
  type StartOptions,
  type Wish,
} from './start-run';
import { restorePointCalls } from './restore-points';
import { stepAttempts } from './step-attempts';
import { stepOutput, type OutputEvent, type OutputOptions } from './step-output';
import type { Approval, UpgradeClient } from './upgrade-client';
import { waitForGate, watchRun } from './watch';

/** A typed client over a Temporal client that somebody else has connected and closes. */
export function createUpgradeClient(options: {
  readonly client: Client;
  readonly taskQueue: string;
  /** For sentences only. */
  readonly address?: string;
}): UpgradeClient {
  const { client, taskQueue, address = 'the server' } = options;
  const asking: Asking = { client, taskQueue, address };
  const tell = <T>(run: RunRef, ask: () => Promise<T>): Promise<T> => told({ ...asking, run, ask });
  const start = (wish: Wish, options: StartOptions = {}) =>
    askServer({ ...asking, run: wish.id, ask: () => startRun({ client, taskQueue, wish, start: options }) });
  const query = <T>(run: RunRef, name: string): Promise<T> => queryRun<T>({ ...asking, run, name });
  const status = (run: RunRef): Promise<RunStatus> => query(run, 'status');
  const isOpen = (run: RunRef): Promise<boolean> =>
    askServer({ ...asking, run, ask: () => isRunning({ client, run }) });
  const asksOf = (run: RunRef) => ({ status: () => status(run), isOpen: () => isOpen(run) });
  const update = (run: RunRef, name: MessageName, message: object, updateId?: string): Promise<string> =>
    updateRun({ ...asking, run, name, message, updateId });
  const answer = (run: RunRef, name: MessageName, message: Answer): Promise<string> =>
    update(run, name, message, answerId({ name, message }));

  return {
    preflight: async (raw, options) => start(preflightWish(raw), options),
    startFull: async (raw, options) => start(upgradeWish({ raw, kind: 'full' }), options),
    startPartial: async (raw, options) => start(upgradeWish({ raw, kind: 'partial' }), options),
    rollback: async (raw, options) => start(rollbackWish(raw), options),
    ...restorePointCalls(asking),
    finish: ({ cloud }) => start(finishWish({ cloud, breakLock: false })),
    breakLock: ({ cloud }) => start(finishWish({ cloud, breakLock: true })),

    status,
    plan: (run) => query<string>(run, 'plan'),
    planData: (run) => askServer({ ...asking, run, ask: () => planData({ client, run }) }),
    report: async (run) => {
      const report = await query<ReportPlace | string>(run, 'report');
      return typeof report === 'string' ? null : report;
    },
    fetchReport: async (run) => {
      const { cloud, runId } = await status(run);
      const { workflowId } = refOf(run);
      return tell(run, () => fetchReport({ client, taskQueue, status: { cloud, runId }, workflowId }));
    },
    output: (run, wish) => outputOf({ asking, run, wish }),
    watch: (run, options = {}) => watchRun({ asks: asksOf(run), ...options }),
    waitForGate: (run, options = {}) =>
      waitForGate({ asks: asksOf(run), workflowId: refOf(run).workflowId, ...options }),
    result: (run) =>
      tell(run, async () => {
        const result = (await handleOf({ client, run }).result()) as RunResult | PreflightResult;
        return { schemaVersion: 1, ...result };
      }),
    isOpen,
    list: (filter = {}) => askServer({ ...asking, run: '', ask: () => listRuns({ client, filter }) }),
    taskQueue: () =>
      askServer({ ...asking, run: '', ask: async () => ({ name: taskQueue, polled: await isPolled(asking) }) }),

    approve: async (run, message) => answer(run, 'approve', await approvalOf({ run, message, status })),
    reject: (run, message) => answer(run, 'reject', message),
    decide: (run, message) => answer(run, 'decide', message),
    pause: (run, message) => update(run, 'pause', message),
    resume: (run, message) => update(run, 'resume', message),
    kill: (run, message) => update(run, 'kill', message),
    cancel: (run) =>
      askServer({
        ...asking,
        run,
        ask: async () => {
          await handleOf({ client, run }).cancel();
        },
      }),
  };
}

/** Each call is a reader of its own: two people may follow the same step, each from its beginning. */
async function* outputOf(options: {
  readonly asking: Asking;
  readonly run: RunRef;
  readonly wish: OutputOptions;
}): AsyncGenerator<OutputEvent, void, undefined> {
  const { asking, run, wish } = options;
  const { workflowId } = refOf(run);
  const ask = () => stepAttempts({ ...asking, run, step: wish.step });
  const attempts = await askServer({ ...asking, run, ask });
  const reader = randomUUID();
  yield* stepOutput({ attempts, workflowId, wish, read: (part) => readPart({ ...asking, ...part, reader }) });
}

interface Answer {
  readonly gate: string;
  readonly by: string;
  readonly choice?: string;
}

/**
 * The same answer of the same person at the same gate is one update, however often it is sent: a program whose answer
 * was lost on the way repeats it and gets the first one's sentence. A refused update leaves no trace in the server.
 */
function answerId(options: { name: MessageName; message: Answer }): string {
  const { name, message } = options;
  return [name, message.gate, message.choice ?? '', message.by].join('/');
}

async function approvalOf(options: {
  run: RunRef;
  message: Approval;
  status: (run: RunRef) => Promise<RunStatus>;
}): Promise<Answer> {
  const { run, message, status } = options;
  if (!('digest' in message)) return message;
  const { digest, ...rest } = message;
  const gate = gateOfPlan({ status: await status(run), digest, workflowId: refOf(run).workflowId });
  return { ...rest, gate: gate.code };
}
