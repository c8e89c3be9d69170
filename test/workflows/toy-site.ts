import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../schema/activities';
import type { Gate } from '../../schema/decision';
import type { Plan } from '../../schema/plan';
import type { RunStatus } from '../../schema/status';
import { workflowBundle } from './bundle';
import { startTestServer, type TestServer } from './temporal-server';
import { createWorld, toyActivities, type ToyWorld } from './toy-activities';

/** A Temporal server and a worker on it, made once a test file; every run has a cloud of its own. */
export interface ToySite {
  readonly server: TestServer;
  readonly bundle: WorkflowBundleOption;
  readonly taskQueue: string;
  /** The activities of each run's cloud, by workflow id. */
  readonly clouds: Map<string, Activities>;
  /** Replays every history that was made here, then ends worker and server. */
  readonly teardown: () => Promise<void>;
}

export async function openSite(): Promise<ToySite> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const [server, bundle] = await Promise.all([startTestServer(), workflowBundle()]);
  const clouds = new Map<string, Activities>();
  const taskQueue = 'toy';
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowBundle: bundle,
    activities: activitiesOf(clouds),
    maxHeartbeatThrottleInterval: '200ms',
  });
  const running = worker.run();
  return {
    server,
    bundle,
    taskQueue,
    clouds,
    teardown: async () => {
      worker.shutdown();
      await running;
      await replayAll({ server, bundle, clouds });
      await server.teardown();
    },
  };
}

/** What ran must run the same way again: whatever is not deterministic shows here. */
async function replayAll(options: Pick<ToySite, 'server' | 'bundle' | 'clouds'>): Promise<void> {
  const { server, bundle, clouds } = options;
  const histories = [...clouds.keys()].map(async (workflowId) => {
    const history = await server.client.workflow.getHandle(workflowId).fetchHistory();
    return { workflowId, history };
  });
  const results = Worker.runReplayHistories({ workflowBundle: bundle }, await Promise.all(histories));
  for await (const { workflowId, error } of results) {
    if (error !== undefined) throw new Error(`${workflowId} does not replay: ${error.message}`);
  }
}

function activitiesOf(clouds: ReadonlyMap<string, Activities>): Activities {
  const here = (): Activities => {
    const workflowId = Context.current().info.workflowExecution?.workflowId ?? '';
    const activities = clouds.get(workflowId);
    if (activities === undefined) throw new Error(`${workflowId} has no cloud`);
    return activities;
  };
  const ofCloud = (name: string): Activities | undefined => [...clouds].find(([id]) => id.startsWith(`${name}.`))?.[1];
  return {
    openstackPlan: (input) => here().openstackPlan(input),
    openstackRestorePoints: (input) => here().openstackRestorePoints(input),
    openstackShowRestorePoint: (input) => here().openstackShowRestorePoint(input),
    openstackVerifyRestorePoint: (input) => here().openstackVerifyRestorePoint(input),
    openstackFetchRestorePoint: (input) => here().openstackFetchRestorePoint(input),
    openstackDropRestorePoints: (input) => here().openstackDropRestorePoints(input),
    openstackPlanRollback: (input) => here().openstackPlanRollback(input),
    openstackBegin: (input, packed) => here().openstackBegin(input, packed),
    openstackStep: (input) => here().openstackStep(input),
    openstackKill: (input) => here().openstackKill(input),
    openstackReport: (input) => here().openstackReport(input),
    openstackTakeOver: (input) => here().openstackTakeOver(input),
    openstackEnd: (input) => here().openstackEnd(input),
    openstackReadReport: (input) => (ofCloud(input.cloud) ?? here()).openstackReadReport(input),
    openstackReadOutput: (input) => (ofCloud(input.cloud) ?? here()).openstackReadOutput(input),
    openstackLeftovers: (input) => here().openstackLeftovers(input),
  };
}

/** One run on a cloud of its own. */
export interface ToyRun {
  readonly world: ToyWorld;
  readonly handle: WorkflowHandle;
  readonly status: () => Promise<RunStatus>;
  /** Waits for the run to say so. */
  readonly when: (holds: (status: RunStatus) => boolean) => Promise<RunStatus>;
  /** Waits for an open gate. */
  readonly gate: () => Promise<Gate>;
  /** Sends an update; a refusal comes back as its sentence. */
  readonly send: (name: string, payload: unknown) => Promise<string>;
  /** The run's answer. Fails where it refuses: the run would wait for another one until the test's time is over. */
  readonly approve: (parts?: { accept?: readonly string[] }) => Promise<string>;
}

let runs = 0;

/** Starts a workflow in a new cloud and hands both to `body`. */
export async function withRun<T>(
  options: {
    site: ToySite;
    plan?: Plan;
    type?: string;
    input?: unknown;
    world?: (world: ToyWorld) => void;
    attributes?: SearchAttributePair[];
  },
  body: (run: ToyRun) => Promise<T>,
): Promise<T> {
  const { site, plan, type = 'openstackFullUpgrade', input = { cloud: 'cedar', to: 'bobcat' } } = options;
  const { server, taskQueue, clouds } = site;
  const world = createWorld(plan);
  options.world?.(world);
  runs++;
  const workflowId = `cedar.toy-${String(runs)}`;
  clouds.set(workflowId, toyActivities(world));
  const handle = await server.client.workflow.start(type, {
    workflowId,
    taskQueue,
    args: [input],
    typedSearchAttributes: options.attributes ?? [],
  });
  try {
    return await body(runOf({ world, handle }));
  } finally {
    world.hanging.forEach((end) => {
      end('done');
    });
  }
}

export function runOf(options: { world: ToyWorld; handle: WorkflowHandle }): ToyRun {
  const { world, handle } = options;
  const status = (): Promise<RunStatus> => handle.query<RunStatus>('status');
  const when: ToyRun['when'] = async (holds) => {
    for (;;) {
      const now = await status();
      if (holds(now)) return now;
      await sleep(20);
    }
  };
  const send: ToyRun['send'] = async (name, payload) => {
    try {
      return await handle.executeUpdate<string, [unknown]>(name, { args: [payload] });
    } catch (error) {
      if (error instanceof Error && error.cause instanceof Error) return `refused: ${error.cause.message}`;
      throw error;
    }
  };
  const gate: ToyRun['gate'] = async () => (await when(({ gates }) => gates.length > 0)).gates[0]!;
  const approve: ToyRun['approve'] = async (parts = {}) => {
    const answer = await send('approve', { gate: (await gate()).code, by: 'ana', reason: 'CHG-1', ...parts });
    if (answer.startsWith('refused')) throw new Error(answer);
    return answer;
  };
  return { world, handle, status, when, gate, send, approve };
}
