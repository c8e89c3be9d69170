import { planJob, type JobPlan } from './job-plan';
import { seededRandom, type SeededRandom } from './seeded-random';

/** Something that happens to a job, a host or a worker. `job`, `worker`: places in the lists of the plan. */
export type Act =
  | { readonly kind: 'killSupervisor' | 'acknowledge'; readonly job: number }
  | { readonly kind: 'cancel'; readonly job: number; readonly graceSeconds: number }
  | { readonly kind: 'collectGarbage' | 'restartSshd' | 'killSessions' | 'raiseFence' }
  /** A worker that does nothing for a while and then goes on: the far side of a partition. */
  | { readonly kind: 'freezeWorker'; readonly worker: number; readonly forMs: number };

/** After the begin of the round, or after a job has taken its start token, which is where it can be hurt most. */
export type Moment = { readonly afterMs: number } | { readonly afterStartMs: number; readonly ofJob: number };

/** Who follows the jobs of a round: a process with one or more controllers, each with a connection of its own. */
export interface WorkerPlan {
  readonly controllers: number;
  /** After these times from its being ready it is killed and another takes its place; the last one lives. */
  readonly killsAfterMs: readonly number[];
}

export interface RoundPlan {
  readonly seed: number;
  readonly round: number;
  readonly jobs: readonly JobPlan[];
  readonly workers: readonly WorkerPlan[];
  readonly acts: readonly { readonly moment: Moment; readonly act: Act }[];
  /** Of a hundred connections, how many are cut. */
  readonly cutPercent: number;
  /** sshd with room for few: it refuses connections and channels. */
  readonly crampedSshd: boolean;
}

const WORKERS = 2;

/** Everything a round does, out of two numbers. Only the moments at which machines and networks act are not in it. */
export function planRound(options: { readonly seed: number; readonly round: number }): RoundPlan {
  const random = seededRandom(options.seed * 1_000_003 + options.round);
  const jobs = Array.from({ length: random.between(2, 4) }, (_, index) =>
    planJob({ name: `r${String(options.round)}-j${String(index)}`, random }),
  );
  const workers = Array.from({ length: WORKERS }, () => planWorker(random));
  const acts = Array.from({ length: random.between(1, 8) }, () => planAct({ random, jobs: jobs.length }));
  return { ...options, jobs, workers, acts, cutPercent: random.between(50, 95), crampedSshd: random.chance(15) };
}

function planWorker(random: SeededRandom): WorkerPlan {
  return {
    controllers: random.one([1, 1, 2, 4]),
    killsAfterMs: Array.from({ length: random.between(1, 5) }, () => random.magnitude(10, 1500)),
  };
}

function planAct(options: { readonly random: SeededRandom; readonly jobs: number }): RoundPlan['acts'][number] {
  const { random } = options;
  const job = random.between(0, options.jobs - 1);
  const anyTime: Moment = { afterMs: random.between(0, 3000) };
  const started: Moment = { afterStartMs: random.magnitude(1, 1000), ofJob: job };
  // Where it matters: about the time at which the jobs start.
  const soon: Moment = { afterMs: random.between(500, 2000) };
  const graceSeconds = random.between(0, 1);
  return random.one<RoundPlan['acts'][number]>([
    { moment: started, act: { kind: 'killSupervisor', job } },
    { moment: started, act: { kind: 'cancel', job, graceSeconds } },
    { moment: anyTime, act: { kind: 'cancel', job, graceSeconds } },
    { moment: started, act: { kind: 'acknowledge', job } },
    { moment: anyTime, act: { kind: 'collectGarbage' } },
    { moment: soon, act: { kind: 'raiseFence' } },
    { moment: anyTime, act: { kind: 'restartSshd' } },
    { moment: anyTime, act: { kind: 'killSessions' } },
    {
      moment: anyTime,
      act: { kind: 'freezeWorker', worker: random.between(0, WORKERS - 1), forMs: random.between(100, 2000) },
    },
  ]);
}
