import { stateDirectory } from '../catalog/platform/apt';
import { changedSince } from '../plan/commands/changed-since';
import type { ChangedSince } from '../plan/scope/restore-point';
import { jobId, SudoRefused, TransportError } from '../remote';
import type { Finding, Plan } from '../schema/plan';
import { boundId } from '../schema/step-name';
import { sh } from '../shell/sh';
import type { Reach } from './reach';

/** How far a run came on a host, and what others have changed there since. */
export interface Progress {
  /** As `step@host`. */
  readonly done: readonly string[];
  readonly started: readonly string[];
  readonly changed: ChangedSince | null;
  readonly unread: Finding | null;
}

/** Stand between the parts of what a host says. */
const marks = { jobs: '-- jobs', changed: '-- changed since' } as const;

export async function progressOn(options: { reach: Reach; host: string; old: Plan }): Promise<Progress> {
  const { reach, host, old } = options;
  const { runId } = old;
  const unread = (sentence: string): Progress => ({
    done: [],
    started: [],
    changed: null,
    unread: unreadHost({ host, sentence }),
  });
  try {
    // Every host of a run has these from the beginning: without them nobody knows how far the run came. Jobs of long ago lie in `tomb`.
    const { exitCode, stdout } = await reach.root.run({
      host,
      deadlineSeconds: 60,
      script: sh`
        cat ${`${stateDirectory}/runs/${runId}/DONE`} || exit 1
        echo ${marks.jobs}
        ls ${`${stateDirectory}/jobs`} ${`${stateDirectory}/tomb`} || exit 1
        echo ${marks.changed}
        cd / && ${changedSince({ restorePoint: sh`${`${stateDirectory}/restore-points/${runId}`}` })}
      `.text,
    });
    if (exitCode !== 0)
      return unread(`The list of completed steps of run ${runId}, or that of jobs, is missing on ${host}.`);
    const [done = '', rest = ''] = stdout.split(`${marks.jobs}\n`);
    const [jobs = '', changed = ''] = rest.split(`${marks.changed}\n`);
    const files = changed.split('\n').filter((line) => line !== '');
    return {
      done: doneSteps(done).map((stepId) => boundId({ stepId, host })),
      started: startedSteps({ plan: old, host, jobs: jobs.split('\n') }).map((stepId) => boundId({ stepId, host })),
      changed: files.length === 0 ? null : { host, files },
      unread: null,
    };
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return unread(error.message);
  }
}

/** `step=packages/fetch job=... rc=0 ...`; 200: it was so already. */
export function doneSteps(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^step=(\S+) .*\brc=(?:0|200)\b/.exec(line);
    return found?.[1] === undefined ? [] : [found[1]];
  });
}

/** Every start of a step leaves a job on its host, also one that failed or whose end nobody has seen; the first one has generation 0. */
export function startedSteps(options: { plan: Plan; host: string; jobs: readonly string[] }): string[] {
  const { plan, host, jobs } = options;
  const { runId } = plan;
  const changes = plan.phases
    .flatMap(({ batches }) => batches)
    .filter(({ hosts }) => hosts.includes(host))
    .flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'change'));
  return changes
    .filter(({ id }) => jobs.includes(jobId({ runId, step: id, host, generation: '0' })))
    .map(({ id }) => id);
}

function unreadHost({ host, sentence }: { host: string; sentence: string }): Finding {
  return {
    id: `host-unread@${host}`,
    level: 'blocker',
    host,
    text: `${sentence} What the run has done there is not known.`,
    remedy:
      'make the host and this file readable, then start the rollback again; else roll back by hand with RUNBOOK.txt.',
    sources: ['R-OPS-58'],
  };
}
