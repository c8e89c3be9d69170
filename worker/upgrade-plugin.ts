import { readFileSync } from 'node:fs';
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, Worker, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../schema/activities';
import { activityMetrics } from './activity-metrics';
import { pinnedTo, type Deployment } from './deployment';
import { injectWorkflows } from './inject-workflows';
import { requireSearchAttributes } from './require-search-attributes';

const workflows = require.resolve('../workflows');

/** The name of a workflow type that is ours alone: names survive minifiers, because they are exported. */
const mark = 'openstackFullUpgrade';

/**
 * The workflows in any Temporal worker, with whatever activities they are given: those that reach hosts, or a test's.
 * Applied twice (given to connection and worker) it does the same as once.
 */
export class UpgradePlugin extends SimplePlugin {
  private readonly deployment: Deployment | undefined;

  constructor(options: {
    readonly name: string;
    readonly activities: Activities;
    /** Called when the last worker of this plugin has ended. */
    readonly close: () => Promise<void>;
    readonly deployment?: Deployment | undefined;
  }) {
    const { name, activities, close, deployment } = options;
    super({
      name,
      activities,
      workflowsPath: (given?: string) => given ?? workflows,
      runContext: whileAnyRuns(close),
    });
    this.deployment = deployment;
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const bundle = super.configureBundler(options);
    return bundle.workflowsPath === workflows ? bundle : injectWorkflows({ bundle, workflows });
  }

  /** @throws Error for a namespace in which no upgrade could run */
  override async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const { connection, options } = worker;
    if (connection !== undefined) await requireSearchAttributes({ connection, namespace: options.namespace });
    return super.runWorker(worker, next);
  }

  /** @throws Error for a bundle made without this plugin: its worker would leave every upgrade waiting, without a word */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    const { workflowBundle, workflowsPath } = options;
    if (workflowBundle !== undefined) requireOurs(workflowBundle);
    const configured = super.configureWorker({
      // Heartbeats carry a job's offsets and bring cancellations; the default would delay both by up to eight seconds.
      maxHeartbeatThrottleInterval: '1s',
      ...(this.deployment === undefined ? {} : { workerDeploymentOptions: pinnedTo(this.deployment) }),
      ...withMetrics(options),
    });
    if (workflowBundle === undefined || workflowsPath !== undefined) return configured;
    // A bundle leaves the path unused, and the SDK warns of one that it was given.
    return without({ options: configured, key: 'workflowsPath' });
  }
}

function without({ options, key }: { options: WorkerOptions; key: keyof WorkerOptions }): WorkerOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== key)) as unknown as WorkerOptions;
}

/** Once, also where the plugin is given to connection and worker: a step must not be counted twice. */
function withMetrics(options: WorkerOptions): WorkerOptions {
  const { activity = [], ...others } = options.interceptors ?? {};
  if (activity.includes(activityMetrics)) return options;
  return { ...options, interceptors: { ...others, activity: [...activity, activityMetrics] } };
}

function requireOurs(bundle: WorkflowBundleOption): void {
  const code = 'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');
  if (code.includes(mark)) return;
  throw new Error(
    'The workflow bundle was made without OpenStackUpgradePlugin, so its upgrades would never start. ' +
      'Pass plugins: [new OpenStackUpgradePlugin({ cloudsDirectory })] to bundleWorkflowCode as well.',
  );
}

/** One plugin may serve several workers: connections to hosts are closed when the last of them has ended. */
function whileAnyRuns(close: () => Promise<void>): (next: () => Promise<void>) => Promise<void> {
  let running = 0;
  return async (next) => {
    running++;
    try {
      await next();
    } finally {
      running--;
      if (running === 0) await close();
    }
  };
}
