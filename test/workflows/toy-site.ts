import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Gate } from '../../schema/decision';
import type { Plan } from '../../schema/plan';
import type { RunStatus } from '../../schema/status';
import { startTestServer, type TestServer } from './temporal-server';
import { createWorld, toyActivities, type ToyWorld } from './toy-activities';

/** A Temporal server and the workflows' bundle, made once a test file. */
export interface ToySite {
  readonly server: TestServer;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly teardown: () => Promise<void>;
}

export async function openSite(): Promise<ToySite> {
  const [server, bundle] = await Promise.all([startTestServer(), makeBundle()]);
  return { server, bundle, teardown: server.teardown };
}

export function makeBundle(): Promise<WorkflowBundleWithSourceMap> {
  const quiet = (): void => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  return bundleWorkflowCode({ workflowsPath: require.resolve('../../workflows/index.ts'), logger });
}

/** One run on a cloud of its own: a world, a worker, a workflow. */
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
  readonly approve: (parts?: { accept?: readonly string[] }) => Promise<string>;
}

let runs = 0;

/** Starts a workflow beside a worker of its own and hands both to `body`; both have ended afterwards. */
export async function withRun<T>(
  options: { site: ToySite; plan?: Plan; type?: string; input?: unknown; world?: (world: ToyWorld) => void },
  body: (run: ToyRun) => Promise<T>,
): Promise<T> {
  const { site, plan, type = 'openstackFullUpgrade', input = { cloud: 'cedar', to: 'bobcat' } } = options;
  const world = createWorld(plan);
  options.world?.(world);
  runs++;
  const taskQueue = `toy-${String(runs)}`;
  const worker = await Worker.create({
    connection: site.server.nativeConnection,
    taskQueue,
    workflowBundle: site.bundle,
    activities: toyActivities(world),
    maxHeartbeatThrottleInterval: '200ms',
  });
  return worker.runUntil(async () => {
    const workflowId = `cedar.${taskQueue}`;
    const handle = await site.server.client.workflow.start(type, { workflowId, taskQueue, args: [input] });
    try {
      return await body(runOf({ world, handle }));
    } finally {
      world.hanging.forEach((end) => {
        end('done');
      });
    }
  });
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
  const approve: ToyRun['approve'] = async (parts = {}) =>
    send('approve', { gate: (await gate()).code, by: 'ana', reason: 'CHG-1', ...parts });
  return { world, handle, status, when, gate, send, approve };
}
