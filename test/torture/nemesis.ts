import { setTimeout as sleep } from 'node:timers/promises';
import { TransportError, type Jobs } from '../../remote';
import type { Sshd } from '../remote/ssh/sshd';
import type { Disturbance, JobHistory } from './history';
import { hasStarted, supervisorOf } from './host-evidence';
import type { Act, Moment, RoundPlan } from './round-plan';
import type { WorkerSlot } from './worker-slot';

/** What the acts of a round did, as the checker and the score need it. */
export interface Deeds {
  readonly disturbances: ReadonlyMap<string, ReadonlySet<Disturbance>>;
  readonly acknowledged: ReadonlySet<string>;
  readonly fenceOf: (jobId: string) => JobHistory['fence'];
  readonly counts: Readonly<Record<Act['kind'], number>>;
}

/** Who asks for the jobs of a round, and who may come after. */
export const OWNER = { cloud: 'cedar', number: 1 } as const;
const NEWER_OWNER = { cloud: 'cedar', number: 2 } as const;

/** Does the acts of a round, each at its moment. `jobIds` in the order of the plan's jobs. */
export async function runNemesis(options: {
  readonly acts: RoundPlan['acts'];
  readonly jobIds: readonly string[];
  readonly host: string;
  readonly base: string;
  readonly jobs: Jobs;
  readonly sshd: Sshd;
  readonly slots: readonly WorkerSlot[];
  /** No worker is left: a job that has not started by now (fenced, cancelled before) lets its acts fall out. */
  readonly workersAreDone: () => boolean;
}): Promise<Deeds> {
  const { jobIds, host, base, jobs, sshd, slots, workersAreDone } = options;
  const disturbances = new Map<string, Set<Disturbance>>();
  const acknowledged = new Set<string>();
  let restarts = Promise.resolve();
  let raising = false;
  let startedBeforeRaise: ReadonlySet<string> | null = null;
  const counts = {
    killSupervisor: 0,
    acknowledge: 0,
    cancel: 0,
    collectGarbage: 0,
    restartSshd: 0,
    killSessions: 0,
    freezeWorker: 0,
    raiseFence: 0,
  };
  const disturb = (jobId: string, by: Disturbance): void => {
    disturbances.set(jobId, (disturbances.get(jobId) ?? new Set()).add(by));
  };
  const perform = async (act: Act): Promise<boolean> => {
    const jobId = 'job' in act ? (jobIds[act.job] ?? '') : '';
    switch (act.kind) {
      case 'killSupervisor': {
        const pid = supervisorOf({ base, jobId });
        if (pid === null) return false;
        disturb(jobId, 'supervisorKilled');
        process.kill(pid, 'SIGKILL');
        return true;
      }
      case 'cancel':
        disturb(jobId, 'cancelled');
        await jobs.cancel({ host, jobId, graceSeconds: act.graceSeconds, fence: OWNER });
        return true;
      case 'acknowledge':
        acknowledged.add(jobId);
        await jobs.ack({ host, jobId });
        return true;
      case 'collectGarbage':
        await jobs.collectGarbage({ host, olderThanDays: 0 });
        return true;
      case 'restartSshd':
        restarts = restarts.then(() => sshd.restart());
        await restarts;
        return true;
      case 'raiseFence':
        raising = true;
        await jobs.raiseFence({ host, ...NEWER_OWNER, by: 'torture', reason: 'another worker took the cloud over' });
        // What has no token now must never have one.
        startedBeforeRaise ??= new Set(jobIds.filter((jobId) => hasStarted({ base, jobId })));
        return true;
      case 'killSessions': {
        const sessions = sshd.sessions();
        sessions.forEach(endProcess);
        return sessions.length > 0;
      }
      case 'freezeWorker':
        await slots[act.worker]?.freeze(act.forMs);
        return true;
      default:
        return act satisfies never;
    }
  };
  await Promise.all(
    options.acts.map(async ({ moment, act }) => {
      if (!(await reached({ moment, jobIds, base, workersAreDone }))) return;
      if (await forgivingTheLine(() => perform(act))) counts[act.kind] += 1;
    }),
  );
  const fenceOf = (jobId: string): JobHistory['fence'] => {
    if (startedBeforeRaise !== null) return startedBeforeRaise.has(jobId) ? 'perhaps' : 'beforeStart';
    return raising ? 'perhaps' : 'never';
  };
  return { disturbances, acknowledged, fenceOf, counts };
}

async function reached(options: {
  readonly moment: Moment;
  readonly jobIds: readonly string[];
  readonly base: string;
  readonly workersAreDone: () => boolean;
}): Promise<boolean> {
  const { moment, jobIds, base, workersAreDone } = options;
  if ('afterMs' in moment) {
    await sleep(moment.afterMs);
    return true;
  }
  const jobId = jobIds[moment.ofJob] ?? '';
  while (!hasStarted({ base, jobId })) {
    if (workersAreDone()) return false;
    await sleep(5);
  }
  await sleep(moment.afterStartMs);
  return true;
}

/** The line of the acts is broken by other acts; what was asked may have been done or not, and both must be right. */
async function forgivingTheLine(act: () => Promise<boolean>): Promise<boolean> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TransportError) return true;
    throw error;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
