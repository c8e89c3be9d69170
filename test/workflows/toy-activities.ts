import { gzipSync } from 'node:zlib';
import { Context, heartbeat } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';
import type {
  Activities,
  EndInput,
  Leftovers,
  PlanInput,
  ReportInput,
  StepInput,
  TakeOverInput,
} from '../../schema/activities';
import type { Outcome, OutcomeKind } from '../../schema/outcome';
import type { Plan } from '../../schema/plan';
import { beginningOf, type Beginning } from '../../activities/beginning';
import { packPlan } from '../../activities/packed-plan';
import { toyPlan } from '../support/plan';
import { toyOutcome } from '../support/outcome';

/** What a step does in the toy cloud: it ends so at once, or it runs until somebody ends it. */
export type ToyEnd = OutcomeKind | 'hangs';

/**
 * A cloud in memory. It is honest about jobs: a (step, host, generation) starts once; asked again, it is attached to.
 * What happened stands in `starts`, `ends`, `reports`, in order.
 */
export interface ToyWorld {
  readonly starts: string[];
  readonly ends: string[];
  readonly kills: string[];
  readonly reports: ReportInput[];
  readonly planned: PlanInput[];
  readonly begun: Beginning[];
  readonly given: EndInput[];
  readonly takenOver: TakeOverInput[];
  /** Under which number each step came. */
  readonly fences: (number | undefined)[];
  /** What hosts say that cannot be told of a new owner. */
  untold: readonly string[];
  /** Ends by `step@host`, one a start; then `done`. */
  readonly faults: Record<string, ToyEnd[]>;
  /** Jobs that run on after they were called too long: whoever only attaches to one waits for its end. */
  readonly lasts: Set<string>;
  /** Jobs that hang: call to end them. */
  readonly hanging: Map<string, (end: OutcomeKind) => void>;
  plan: Plan;
  planFailure: ApplicationFailure | null;
  lockedBy: string | null;
  /** Why the runbook files cannot be written, though the lock was taken. */
  diskFull: string | null;
  leftovers: Leftovers;
}

export function createWorld(plan: Plan = toyPlan()): ToyWorld {
  return {
    starts: [],
    ends: [],
    kills: [],
    reports: [],
    planned: [],
    begun: [],
    given: [],
    takenOver: [],
    fences: [],
    untold: [],
    faults: {},
    lasts: new Set(),
    hanging: new Map(),
    plan,
    planFailure: null,
    lockedBy: null,
    diskFull: null,
    leftovers: {
      runId: null,
      plan: null,
      digest: null,
      workflowId: null,
      to: null,
      lock: '',
      lockHost: 'db1',
      approvers: [],
      stillDown: [],
    },
  };
}

/** The activities of a toy cloud; every answer comes from what is in the world. */
export function toyActivities(world: ToyWorld): Activities {
  const jobs = new Map<string, Promise<OutcomeKind>>();
  return {
    openstackPlan: (input) => {
      world.planned.push(input);
      const { runId } = input;
      if (world.planFailure !== null) return Promise.reject(world.planFailure);
      const plan = { ...world.plan, runId };
      return Promise.resolve(packPlan({ plan, digest: 'd1ge57d1ge57d1ge57', runbook: `RUNBOOK of ${plan.cloud}\n` }));
    },
    openstackBegin: (input, packed) => {
      world.begun.push(beginningOf({ input, packed }));
      if (world.diskFull !== null) return Promise.resolve({ kind: 'notWritten', sentence: `${world.diskFull}.` });
      if (world.lockedBy === null) return Promise.resolve({ kind: 'begun', fence: 1 });
      return Promise.resolve({ kind: 'locked', sentence: `cedar belongs to another run: ${world.lockedBy}.` });
    },
    openstackStep: (input) => runStep({ world, jobs, input }),
    openstackKill: ({ stepId, host, generation, by }) => {
      const end = world.hanging.get(`${stepId}@${host}`);
      world.kills.push(`${stepId}@${host} by ${by}`);
      end?.('failed');
      return Promise.resolve(
        outcome({ kind: 'done', stepId, host, generation, sentence: `${stepId}@${host} was ended by ${by}` }),
      );
    },
    openstackReport: (input) => {
      world.reports.push(input);
      return Promise.resolve({
        host: 'db1',
        json: '/runs/report.json',
        html: '/runs/report.html',
        versions: ['heat 20.0.0 -> 21.0.0 on ctl1, ctl2'],
        availability: [
          {
            api: 'heat',
            requests: 100,
            failures: 4,
            longestGapMs: 1500,
            downtimeMs: 1500,
            outages: [],
            baseline: { requests: 20, failures: 0, longestGapMs: 600 },
          },
        ],
      });
    },
    openstackTakeOver: (input) => {
      world.takenOver.push(input);
      return Promise.resolve({ kind: 'taken', fence: 8, untold: world.untold });
    },
    openstackEnd: (input) => {
      world.given.push(input);
      return Promise.resolve();
    },
    openstackReadReport: ({ runId }) => {
      if (world.reports.length === 0) return Promise.resolve(null);
      const file = (name: string): string => gzipSync(`${name} of ${runId}`).toString('base64');
      return Promise.resolve({ json: file('json'), html: file('html') });
    },
    openstackLeftovers: () => Promise.resolve(world.leftovers),
  };
}

async function runStep(options: {
  world: ToyWorld;
  jobs: Map<string, Promise<OutcomeKind>>;
  input: StepInput;
}): Promise<Outcome> {
  const { world, jobs, input } = options;
  const { step, host, generation } = input;
  const name = `${step.id}@${host}`;
  world.fences.push(input.fence);
  const id = `${input.runId} ${name} ${generation}`;
  // A probe is no job: it looks anew each time.
  const lasts = input.attachOnly === true && world.lasts.has(name) && !world.hanging.has(name);
  const job = lasts
    ? hang({ world, name })
    : ((step.kind === 'probe' ? undefined : jobs.get(id)) ?? start({ world, name }));
  jobs.set(id, job);
  const kind = await attached(job);
  world.ends.push(`${name} ${kind}`);
  return outcome({ kind, stepId: step.id, host, generation, sentence: `${host}: ${step.title}: ${kind}` });
}

function start(options: { world: ToyWorld; name: string }): Promise<OutcomeKind> {
  const { world, name } = options;
  world.starts.push(name);
  const end = world.faults[name]?.shift() ?? 'done';
  return end === 'hangs' ? hang({ world, name }) : Promise.resolve(end);
}

function hang({ world, name }: { world: ToyWorld; name: string }): Promise<OutcomeKind> {
  return new Promise((resolve) => {
    world.hanging.set(name, (kind) => {
      world.hanging.delete(name);
      resolve(kind);
    });
  });
}

/** Waits for the job as the real activity does: it beats, and a cancellation detaches it and leaves the job alone. */
async function attached(job: Promise<OutcomeKind>): Promise<OutcomeKind> {
  const context = Context.current();
  const beat = setInterval(() => {
    heartbeat();
  }, 200);
  try {
    return await Promise.race([job, context.cancelled]);
  } finally {
    clearInterval(beat);
  }
}

export function outcome(options: Pick<Outcome, 'kind' | 'stepId' | 'host' | 'generation' | 'sentence'>): Outcome {
  const now = new Date().toISOString();
  return toyOutcome({ ...options, startedAt: now, endedAt: now });
}
