import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../schema/activities';
import type { CommandStep } from '../schema/plan';

/**
 * For every activity. Its cancellation is waited for: the SDK's default ends the workflow at once and leaves the
 * activity running behind its back, although its comment says otherwise (seen on SDK 1.24).
 *
 * Every activity beats every 2 s; a dead worker is noticed after five missed beats, and what it did is found again by
 * the next. Noticed too early it does no harm: the second worker attaches to the same job.
 *
 * Temporal's own retry is for dead workers and bugs, because activities return what can be expected.
 */
const everyActivity = {
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const satisfies ActivityOptions;

/**
 * How long a living worker may take beyond the step's own time, before Temporal starts the activity again. Only a
 * worker that beats and never returns is ended by it; waiting for a lost host (`unreachableSeconds`, policy) or for
 * another job (`mutex`) must fit in.
 */
const marginSeconds = 24 * 3600;

/**
 * Steps are tried for ever: the failure and its attempt stand in Pending Activities, and a repaired worker goes on from
 * there. The start-to-close time is replaced at every call by the step's own.
 */
const steps = proxyActivities<Pick<Activities, 'openstackStep'>>({ ...everyActivity, startToCloseTimeout: '1 day' });

/**
 * Reads many hosts and changes nothing, so a bug that stays may end the run; ten dead workers in a row are one. Begun anew by the next worker,
 * which should not wait for half of the time that it lives.
 */
const reading = proxyActivities<
  Pick<
    Activities,
    | 'openstackPlan'
    | 'openstackPlanRollback'
    | 'openstackRestorePoints'
    | 'openstackShowRestorePoint'
    | 'openstackLeftovers'
    | 'openstackReadReport'
  >
>({
  ...everyActivity,
  startToCloseTimeout: '1 hour',
  retry: { ...everyActivity.retry, maximumInterval: '5s', maximumAttempts: 10 },
});

/** Reads, or brings, files of any size. All of it may be done twice: what is there already is left alone. */
const keeping = proxyActivities<
  Pick<Activities, 'openstackVerifyRestorePoint' | 'openstackFetchRestorePoint' | 'openstackDropRestorePoints'>
>({
  ...everyActivity,
  startToCloseTimeout: '12 hours',
  retry: { ...everyActivity.retry, maximumAttempts: 10 },
});

/** A person at a terminal waits for it, and asks again. */
const showing = proxyActivities<Pick<Activities, 'openstackReadOutput'>>({
  ...everyActivity,
  startToCloseTimeout: '2 minutes',
  retry: { ...everyActivity.retry, maximumAttempts: 3 },
});

/** Lock and runbook files: a few short commands a host, and nothing goes on without them. */
const locking = proxyActivities<Pick<Activities, 'openstackBegin' | 'openstackTakeOver'>>({
  ...everyActivity,
  startToCloseTimeout: '10 minutes',
});

/**
 * What comes last or beside the steps and must not hold a run for ever: when the host stays away, it is owed. A kill
 * returns to its gate.
 */
const closing = proxyActivities<Pick<Activities, 'openstackEnd' | 'openstackReport' | 'openstackKill'>>({
  ...everyActivity,
  startToCloseTimeout: '10 minutes',
  retry: { ...everyActivity.retry, maximumAttempts: 5 },
});

/** The activities, each with its options; the summary is what the UI shows in its row. */
export const activities = {
  plan: reading.openstackPlan,
  planRollback: reading.openstackPlanRollback,
  restorePoints: reading.openstackRestorePoints,
  showRestorePoint: reading.openstackShowRestorePoint,
  verifyRestorePoint: keeping.openstackVerifyRestorePoint,
  fetchRestorePoint: keeping.openstackFetchRestorePoint,
  dropRestorePoints: keeping.openstackDropRestorePoints,
  leftovers: reading.openstackLeftovers,
  readReport: reading.openstackReadReport,
  readOutput: showing.openstackReadOutput,
  begin: locking.openstackBegin,
  takeOver: locking.openstackTakeOver,
  step: steps.openstackStep,
  kill: closing.openstackKill,
  report: closing.openstackReport,
  end: closing.openstackEnd,
};

/** The options that differ from step to step. */
export function stepOptions(options: { host: string; step: CommandStep; waits: number }): ActivityOptions {
  const { host, step, waits } = options;
  return {
    summary: `${host}: ${step.title}`,
    startToCloseTimeout: (stepSeconds({ step, waits }) + marginSeconds) * 1000,
  };
}

function stepSeconds(options: { step: CommandStep; waits: number }): number {
  const { step, waits } = options;
  switch (step.kind) {
    case 'change':
      return step.timeoutSeconds * (waits + 1);
    case 'probe':
      return step.retryForSeconds * (waits + 1) + step.timeoutSeconds;
    case 'watch':
      return 0;
    default:
      return step satisfies never;
  }
}
