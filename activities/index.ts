import { Context, heartbeat } from '@temporalio/activity';
import { readPrograms } from '../programs';
import type { Activities, PackedPlan, StepInput } from '../schema/activities';
import type { Cloud } from '../schema/cloud';
import { outcomeOf, type Outcome } from '../schema/outcome';
import { reportInputOf, type RecordedBeginInput, type RecordedReportInput } from '../schema/recorded';
import { begin } from './begin';
import { beginningOf } from './beginning';
import { giveLock } from './cloud-lock';
import { dropRestorePoints } from './drop-restore-points';
import { fetchRestorePoint } from './fetch-restore-point';
import { killStep } from './kill-step';
import { leftovers } from './leftovers';
import { cloudOf, makePlan } from './make-plan';
import { makeRollback } from './make-rollback';
import { readOutput } from './read-output';
import { readReport } from './read-report';
import type { Reach } from './reach';
import { restorePoints } from './restore-points';
import { runStep } from './run-step';
import { showRestorePoint } from './show-restore-point';
import type { StepMemory } from './step-run';
import { takeOver } from './take-over';
import { verifyRestorePoint } from './verify-restore-point';
import { writeReport } from './write-report';

export interface ActivityDependencies {
  /** Where cloud files lie, `<name>.yaml`. */
  readonly cloudsDirectory: string;
  readonly reachTo: (cloud: Cloud) => Promise<Reach>;
}

/** The outside world for the workflows. Here, and only here, activities meet Temporal's context. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  const { cloudsDirectory, reachTo } = dependencies;
  const reach = async (name: string): Promise<Reach> => reachTo(await cloudOf({ directory: cloudsDirectory, name }));
  const now = (): Date => new Date();
  // Here, not at each plan: a worker that was installed without them ends as it starts.
  const programs = readPrograms();
  return {
    openstackPlan: (input) =>
      beating(({ signal, remember }) =>
        makePlan({ input, cloudsDirectory, programs, reachTo, onHost: remember, signal }),
      ),
    openstackRestorePoints: ({ cloud }) => beating(async () => restorePoints({ reach: await reach(cloud) })),
    openstackShowRestorePoint: (input) =>
      beating(async () => showRestorePoint({ reach: await reach(input.cloud), input })),
    openstackVerifyRestorePoint: (input) =>
      beating(async () => verifyRestorePoint({ reach: await reach(input.cloud), input })),
    openstackFetchRestorePoint: (input) =>
      beating(async ({ signal }) => fetchRestorePoint({ reach: await reach(input.cloud), input, signal })),
    openstackDropRestorePoints: (input) =>
      beating(async () => dropRestorePoints({ reach: await reach(input.cloud), input, now: now() })),
    openstackPlanRollback: (input) => beating(async () => makeRollback({ input, cloudsDirectory, reachTo })),
    openstackBegin: (input: RecordedBeginInput, packed?: PackedPlan) =>
      beating(async () => {
        const beginning = beginningOf({ input, packed });
        return begin({ reach: await reach(beginning.plan.cloud), input: beginning, at: now().toISOString() });
      }),
    openstackStep: (input) => beating(async (pulse) => step({ input, reach: await reach(input.cloud), now, pulse })),
    openstackKill: (input) =>
      beating(async ({ signal }) => killStep({ reach: await reach(input.cloud), input, signal, now })),
    openstackReport: (input: RecordedReportInput) =>
      beating(async () => writeReport({ reach: await reach(input.cloud), input: reportInputOf(input) })),
    openstackTakeOver: (input) =>
      beating(async () => takeOver({ reach: await reach(input.cloud), input, at: now().toISOString() })),
    openstackEnd: (input) => beating(async () => giveLock({ reach: await reach(input.cloud), input })),
    openstackReadReport: (input) => beating(async () => readReport({ reach: await reach(input.cloud), input })),
    openstackReadOutput: (input) =>
      beating(async ({ signal }) => readOutput({ reach: await reach(input.cloud), input, signal })),
    openstackLeftovers: ({ cloud }) => beating(async () => leftovers({ reach: await reach(cloud) })),
  };
}

/** What an activity knows of its own life: why it must stop, what an earlier attempt knew, what the next should know. */
interface Pulse {
  readonly signal: AbortSignal;
  readonly memory: unknown;
  readonly remember: (details: unknown) => void;
}

/**
 * Beats every two seconds, also while a probe waits silently, with the last thing remembered: a worker's death is then
 * noticed within the heartbeat timeout and not within the activity's own time.
 */
async function beating<Result>(work: (pulse: Pulse) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const memory: unknown = context.info.heartbeatDetails;
  let last = memory;
  const beat = setInterval(() => {
    heartbeat(last);
  }, 2000);
  try {
    return await work({
      signal: context.cancellationSignal,
      memory,
      remember: (details) => {
        last = details;
        heartbeat(details);
      },
    });
  } finally {
    clearInterval(beat);
    // A cancelled attempt must end with the context's own reason, or Temporal takes a shutdown for a cancellation.
    if (context.cancellationSignal.aborted) await context.cancelled;
  }
}

async function step(options: { input: StepInput; reach: Reach; now: () => Date; pulse: Pulse }): Promise<Outcome> {
  const { input, reach, now, pulse } = options;
  if (reach.cloud.digest !== input.cloudDigest) return otherCloudFile({ input, at: now().toISOString() });
  const { signal, remember } = pulse;
  return runStep({ input, reach, memory: memoryOf(pulse.memory), remember, signal, now });
}

/** Heartbeat details of an earlier attempt, when they are a job's or a probe's. */
function memoryOf(details: unknown): StepMemory | null {
  return isMemory(details) ? details : null;
}

function isMemory(details: unknown): details is StepMemory {
  if (typeof details !== 'object' || details === null) return false;
  return ('jobId' in details && 'offsets' in details) || 'lookingSinceAt' in details;
}

/** The plan was made from another cloud file: addresses and policies may differ, so nothing is done. */
function otherCloudFile(options: { input: StepInput; at: string }): Outcome {
  const { input, at } = options;
  return outcomeOf({
    kind: 'failed',
    call: { stepId: input.step.id, host: input.host, generation: input.generation },
    sentence:
      `${input.host}: ${input.step.title}: not started, because the worker's cloud file ${input.cloud}.yaml is not the ` +
      'one that was planned with. Restore that file and retry, or abort and start a new run.',
    startedAt: at,
    endedAt: at,
  });
}
