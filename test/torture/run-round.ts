import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createJobs, createSsh2Transport, jobId, type JobResult, type Jobs, type RunRequest } from '../../remote';
import { startCuttingProxy, type Cut, type CutKind } from '../remote/ssh/cutting-proxy';
import { startSshd } from '../remote/ssh/sshd';
import { startBystanders } from './bystanders';
import type { JobHistory, RunHistory, Watch } from './history';
import { executionsOf, processesOf, readRecord } from './host-evidence';
import { promiseOf, scriptOf, type JobPlan } from './job-plan';
import { OWNER, runNemesis, type Deeds } from './nemesis';
import type { RoundPlan } from './round-plan';
import { seededRandom } from './seeded-random';
import type { WatchOrder } from './worker-log';
import { startWorkerSlot } from './worker-slot';

export interface RoundOutcome {
  readonly history: RunHistory;
  readonly counts: RoundCounts;
  /** Where everything about the round lies, until `forget`. */
  readonly directory: string;
  readonly forget: () => void;
}

export interface RoundCounts {
  readonly cuts: Readonly<Record<CutKind, number>>;
  readonly connections: number;
  readonly workerKills: number;
  readonly acts: Deeds['counts'];
}

const HOST = 'ctl1';
/** When the faults have stopped: longer than any job, so that only a job that never ends passes it. */
const SETTLE_SECONDS = 120;

/** One round: a host of its own, jobs, workers that follow them over a line that breaks, and acts against all of it. */
export async function runRound(options: {
  readonly plan: RoundPlan;
  readonly content: { readonly path: string; readonly bytes: Buffer };
}): Promise<RoundOutcome> {
  const { plan, content } = options;
  const directory = mkdtempSync(join(tmpdir(), `osu-torture-${String(plan.round)}-`));
  const base = join(directory, 'base');
  const side = join(directory, 'side');
  mkdirSync(base);
  const sshd = await startSshd({ config: plan.crampedSshd ? 'MaxStartups 2:30:6\nMaxSessions 3' : 'MaxStartups 100' });
  const proxy = await startCuttingProxy({ targetPort: sshd.port });
  proxy.cutAfter(cutsOf(plan));
  const knownHostsFile = join(directory, 'known_hosts');
  writeFileSync(knownHostsFile, `[127.0.0.1]:${String(proxy.port)} ${sshd.hostKey}\n`);
  const direct = createSsh2Transport({ hosts: [sshd.host({ name: HOST })], times: { longestPauseSeconds: 0.1 } });
  const jobs = createJobs({ transport: direct, base });
  // Ids of their own in every run: what an earlier one may have left below /run must not be taken for this one's.
  const runId = basename(directory);
  const requests = plan.jobs.map((job) =>
    requestOf({ runId, job, script: scriptOf({ job, side, content: content.path }) }),
  );
  const jobIds = requests.map((request) => jobId({ ...request, step: request.stepId }));
  const bystanders = startBystanders({ directory, jobIds });

  try {
    const slots = plan.workers.map((worker, index) =>
      startWorkerSlot({
        name: `worker-${String(index)}`,
        plan: worker,
        directory,
        order: {
          host: sshd.host({ name: HOST, port: proxy.port, knownHostsFile }),
          base,
          watches: watchesOf({ controllers: worker.controllers, requests }),
        },
      }),
    );
    let workersAreDone = false;
    const finished = Promise.all(slots.map((slot) => slot.finished)).finally(() => (workersAreDone = true));
    const [deeds, watched] = await Promise.all([
      runNemesis({
        ...{ acts: plan.acts, jobIds, host: HOST, base, jobs, sshd, slots },
        workersAreDone: () => workersAreDone,
      }),
      finished,
    ]);
    const seen = watched.flat();
    const histories: JobHistory[] = [];
    for (const [index, job] of plan.jobs.entries()) {
      const request = requests[index]!;
      histories.push(
        await settle({
          ...{ jobs, base, side, deeds, request, jobId: jobIds[index]!, name: job.name },
          promise: promiseOf({ job, content: content.bytes }),
          watches: seen.filter((one) => one.job === job.name).map(({ watch }) => watch),
        }),
      );
    }
    return {
      history: { jobs: histories, bystanders: bystanders.look() },
      counts: {
        cuts: proxy.cuts(),
        connections: proxy.connections(),
        workerKills: slots.reduce((sum, { kills }) => sum + kills(), 0),
        acts: deeds.counts,
      },
      directory,
      forget: () => rmSync(directory, { recursive: true, force: true }),
    };
  } finally {
    bystanders.stop();
    await direct.close();
    await proxy.stop();
    await sshd.stop();
  }
}

/** About 5 KB are the handshake and 20 KB the program; a packet of output that is cut counts for nothing. */
function cutsOf(plan: RoundPlan): () => Cut | null {
  const random = seededRandom(plan.seed * 7_919 + plan.round);
  return () =>
    random.chance(plan.cutPercent)
      ? {
          kind: random.one(['reset', 'reset', 'fin', 'fin', 'blackHole']),
          afterBytes: random.magnitude(1, 300_000),
          counting: random.one(['up', 'down', 'both']),
        }
      : null;
}

type JobRequest = Omit<RunRequest, 'signal'>;

function requestOf(options: { readonly runId: string; readonly job: JobPlan; readonly script: string }): JobRequest {
  const { runId, job, script } = options;
  return {
    host: HOST,
    runId,
    stepId: job.name,
    generation: '0',
    fence: OWNER,
    script,
    ...(job.mutex === null ? {} : { mutex: job.mutex }),
    timeoutSeconds: SETTLE_SECONDS,
    unreachableSeconds: SETTLE_SECONDS,
  };
}

function watchesOf(options: { readonly controllers: number; readonly requests: readonly JobRequest[] }): WatchOrder[] {
  return Array.from({ length: options.controllers }, (_, index) =>
    options.requests.map((request) => ({ controller: `controller-${String(index)}`, job: request.stepId, request })),
  ).flat();
}

async function settle(options: {
  readonly jobs: Jobs;
  readonly base: string;
  readonly side: string;
  readonly deeds: Deeds;
  readonly request: JobRequest;
  readonly jobId: string;
  readonly name: string;
  readonly promise: JobHistory['promise'];
  readonly watches: readonly Watch[];
}): Promise<JobHistory> {
  const { jobs, base, side, deeds, request, jobId, name, promise, watches } = options;
  const ask = (): Promise<JobResult> => jobs.run({ ...request, signal: AbortSignal.timeout(SETTLE_SECONDS * 1000) });
  const settled = await ask();
  const survivors = processesOf(jobId);
  const record = readRecord({ base, jobId });
  const executions = executionsOf({ side, jobId });
  const again = await ask();
  return {
    name,
    jobId,
    promise,
    disturbances: [...(deeds.disturbances.get(jobId) ?? [])],
    executions,
    watches,
    settled,
    again: { result: again, executions: executionsOf({ side, jobId }) },
    record,
    acknowledged: deeds.acknowledged.has(jobId),
    fence: deeds.fenceOf(jobId),
    survivors,
  };
}
