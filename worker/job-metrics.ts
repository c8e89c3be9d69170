import type { MetricMeter } from '@temporalio/common';
import type { Reach } from '../activities/reach';
import type { JobProgress, JobResult, Jobs, RunRequest } from '../remote';
import { changeExit } from '../schema/plan';
import { record } from './metrics';

/** A job that is seen to run for longer at first sight was started by an earlier attempt. */
const atFirstSightSeconds = 5;

type Standing = 'none' | 'waiting' | 'running';

interface Watching {
  readonly meter: () => MetricMeter;
  /** Jobs that are followed now, by cloud. */
  readonly counts: Record<string, Record<Exclude<Standing, 'none'>, number>>;
}

/** Records what becomes of jobs, of every reach that it is given. `meter` is asked for when something is recorded. */
export function createJobMetrics({ meter }: { readonly meter: () => MetricMeter }): {
  readonly metered: (reach: Reach) => Reach;
} {
  const watching: Watching = { meter, counts: {} };
  return {
    metered: (reach) => ({ ...reach, jobs: { ...reach.jobs, run: runMetered({ watching, reach }) } }),
  };
}

function runMetered(options: { readonly watching: Watching; readonly reach: Reach }): Jobs['run'] {
  const { watching, reach } = options;
  const { cloud } = reach.cloud;
  return async (request) => {
    const job = followed({ watching, cloud, request });
    try {
      const result = await reach.jobs.run({
        ...request,
        onProgress: (progress) => {
          job.progress(progress);
          request.onProgress?.(progress);
        },
      });
      job.ended(result);
      return result;
    } finally {
      job.left();
    }
  };
}

function followed(options: { readonly watching: Watching; readonly cloud: string; readonly request: RunRequest }): {
  readonly progress: (progress: JobProgress) => void;
  readonly ended: (result: JobResult) => void;
  readonly left: () => void;
} {
  const { watching, cloud, request } = options;
  const meter = watching.meter();
  let standing: Standing = 'none';
  let isCounted = false;
  const stand = (next: Standing): void => {
    if (next === standing) return;
    move({ watching, cloud, from: standing, to: next });
    standing = next;
  };
  return {
    progress: ({ state, started, elapsedSeconds }) => {
      if (started && !isCounted) {
        isCounted = true;
        const wasThere = request.attachOnly === true || elapsedSeconds > atFirstSightSeconds;
        record({ meter, metric: wasThere ? 'jobsFound' : 'jobsStarted', value: 1, labels: { cloud } });
      }
      stand(standingOf(state));
    },
    ended: (result) => {
      const outcome = outcomeOf(result);
      if (outcome === null) return;
      record({ meter, metric: 'jobsEnded', value: 1, labels: { cloud, outcome } });
      const { durationMs } = result as { readonly durationMs?: number };
      if (durationMs !== undefined)
        record({ meter, metric: 'jobSeconds', value: durationMs / 1000, labels: { cloud, outcome } });
    },
    left: () => {
      stand('none');
    },
  };
}

function standingOf(state: JobProgress['state']): Standing {
  if (state === 'WAITING_MUTEX') return 'waiting';
  return state === 'RUNNING' || state === 'ORPHANED' ? 'running' : 'none';
}

/** Null: it has not ended, or nobody knows. Those are outcomes of steps. */
function outcomeOf(result: JobResult): 'done' | 'failed' | 'killed' | 'interrupted' | null {
  if (result.kind === 'interrupted') return 'interrupted';
  if (result.kind !== 'exited') return null;
  if (result.why === 'cancel') return 'killed';
  return result.exitCode === 0 || result.exitCode === changeExit.unchanged ? 'done' : 'failed';
}

function move(options: {
  readonly watching: Watching;
  readonly cloud: string;
  readonly from: Standing;
  readonly to: Standing;
}): void {
  const { watching, cloud, from, to } = options;
  const counts = (watching.counts[cloud] ??= { waiting: 0, running: 0 });
  if (from !== 'none') counts[from] -= 1;
  if (to !== 'none') counts[to] += 1;
  const meter = watching.meter();
  record({ meter, metric: 'jobsRunning', value: counts.running, labels: { cloud } });
  record({ meter, metric: 'jobsWaiting', value: counts.waiting, labels: { cloud } });
}
