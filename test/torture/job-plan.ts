import type { JobPromise } from './history';
import type { SeededRandom } from './seeded-random';

/** A slice of the random bytes that all jobs of a run print from. */
interface Slice {
  readonly offset: number;
  readonly bytes: number;
}

/** What a job of the torture does: prints two slices of random bytes in parts, with pauses, and ends. */
export interface JobPlan {
  readonly name: string;
  readonly exitCode: number;
  readonly out: Slice;
  readonly err: Slice;
  readonly parts: number;
  readonly pauseMs: number;
  /** Ignores TERM and has a child in a session of its own that does so too: only KILL and the cookie end it. */
  readonly stubborn: boolean;
  readonly mutex: string | null;
}

/** Enough for the largest job. */
export const CONTENT_BYTES = 8 * 1024 * 1024;

export function planJob(options: { readonly name: string; readonly random: SeededRandom }): JobPlan {
  const { name, random } = options;
  const parts = random.between(1, 12);
  const slice = (most: number): Slice => {
    const bytes = random.magnitude(1, most) * parts;
    return { offset: random.between(0, CONTENT_BYTES - bytes), bytes };
  };
  return {
    name,
    exitCode: random.one([0, 0, 1, 3, 42, 255]),
    out: slice(random.chance(20) ? 400_000 : 20_000),
    err: slice(2_000),
    parts,
    pauseMs: random.between(0, 400),
    stubborn: random.chance(30),
    mutex: random.chance(25) ? `mutex-${String(random.between(1, 2))}` : null,
  };
}

/** `side`: a file that every execution appends its job's id to. `content`: the random bytes. */
export function scriptOf(options: { readonly job: JobPlan; readonly side: string; readonly content: string }): string {
  const { job, side, content } = options;
  const part = ({ offset, bytes }: Slice): string => {
    const size = bytes / job.parts;
    return `dd if=${content} bs=${String(size)} count=1 iflag=skip_bytes skip=$((${String(offset)} + i * ${String(size)})) status=none`;
  };
  const over = `${side}.over.$OSU_JOB`;
  return [
    `echo "$OSU_JOB" >> ${side}`,
    ...(job.stubborn
      ? [`trap '' TERM`, `setsid sh -c 'trap "" TERM; until [ -e "$0" ]; do sleep 0.05; done' "${over}" &`]
      : []),
    `i=0; while [ $i -lt ${String(job.parts)} ]; do`,
    `  ${part(job.out)}; ${part(job.err)} >&2`,
    `  i=$((i + 1)); sleep ${String(job.pauseMs / 1000)}`,
    'done',
    ...(job.stubborn ? [`: > "${over}"; wait`] : []),
    `exit ${String(job.exitCode)}`,
  ].join('\n');
}

export function promiseOf(options: { readonly job: JobPlan; readonly content: Buffer }): JobPromise {
  const { job, content } = options;
  const bytesOf = ({ offset, bytes }: Slice): Buffer => content.subarray(offset, offset + bytes);
  return { exitCode: job.exitCode, out: bytesOf(job.out), err: bytesOf(job.err) };
}
