import { Context, heartbeat } from '@temporalio/activity';
import type { StepInput } from '../schema/activities';
import { outcomeOf, type Outcome, type OutcomeKind } from '../schema/outcome';
import type { OutputPlace } from '../schema/output';
import { boundId } from '../schema/step-name';

/** How a step of a fake host ends: so at once, or `hangs`, and runs until somebody ends it. */
export type FakeEnd = OutcomeKind | 'hangs';

/**
 * Jobs of hosts that do not exist. They are honest: a (run, step, host, generation) starts once; asked again, it is
 * attached to. What happened stands in `starts` and `ends`, in order.
 */
export interface FakeJobs {
  readonly starts: string[];
  readonly ends: string[];
  /** Ends by `step@host`, one a start; then `done`. */
  readonly faults: Record<string, FakeEnd[]>;
  /** Steps that run on after they were called too long: whoever only attaches to one waits for its end. */
  readonly lasts: Set<string>;
  /** Jobs that hang, by `step@host`: call to end them. */
  readonly hanging: Map<string, (end: OutcomeKind) => void>;
  /** Jobs by everything that makes them the same job. */
  readonly known: Map<string, Promise<OutcomeKind>>;
  /** How jobs ended, by the same. */
  readonly ended: Map<string, OutcomeKind>;
  /** What steps print, by `step@host`. */
  readonly printed: Record<string, { readonly out: string; readonly err: string }>;
}

export function createFakeJobs(): FakeJobs {
  return {
    starts: [],
    ends: [],
    faults: {},
    lasts: new Set(),
    hanging: new Map(),
    known: new Map(),
    ended: new Map(),
    printed: {},
  };
}

/** One step, as the activity runs it: it beats, and a cancellation detaches it and leaves the job alone. */
export async function runFakeStep(options: { readonly jobs: FakeJobs; readonly input: StepInput }): Promise<Outcome> {
  const { jobs, input } = options;
  const { step, host, generation } = input;
  const name = boundId({ stepId: step.id, host });
  const id = fakeJobId({ ...input, stepId: step.id });
  const startedAt = new Date().toISOString();
  // A probe is no job: it looks anew each time.
  const lasts = input.attachOnly === true && jobs.lasts.has(name) && !jobs.hanging.has(name);
  const known = step.kind === 'probe' ? undefined : jobs.known.get(id);
  const job = lasts ? hang({ jobs, name }) : (known ?? start({ jobs, name }));
  jobs.known.set(id, job);
  const kind = await attached(job);
  jobs.ended.set(id, kind);
  jobs.ends.push(`${name} ${kind}`);
  return outcomeOf({
    kind,
    call: { stepId: step.id, host, generation },
    sentence: `${host}: ${step.title}: ${kind}`,
    stillRunning: kind === 'overtime',
    startedAt,
    endedAt: new Date().toISOString(),
  });
}

export function fakeJobId(place: Omit<OutputPlace, 'cloud'>): string {
  return `${place.runId} ${boundId(place)} ${place.generation}`;
}

function start(options: { readonly jobs: FakeJobs; readonly name: string }): Promise<OutcomeKind> {
  const { jobs, name } = options;
  jobs.starts.push(name);
  const end = jobs.faults[name]?.shift() ?? 'done';
  return end === 'hangs' ? hang({ jobs, name }) : Promise.resolve(end);
}

function hang({ jobs, name }: { readonly jobs: FakeJobs; readonly name: string }): Promise<OutcomeKind> {
  return new Promise((resolve) => {
    jobs.hanging.set(name, (kind) => {
      jobs.hanging.delete(name);
      resolve(kind);
    });
  });
}

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
