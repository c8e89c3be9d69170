import type { RunHistory } from './history';
import type { RoundCounts } from './run-round';

/** What was done so far, by name; the names are the rows of the table. */
export type Score = Readonly<Record<keyof typeof ROWS, number>>;

const ROWS = {
  rounds: 'rounds',
  jobs: 'jobs',
  watches: 'watches (a controller on a job; at least two per job)',
  megabytes: 'MB of output handed to watchers, each byte checked',
  connections: 'connections',
  cuts: 'connections cut at a random byte',
  resets: '  by RST',
  fins: '  by FIN',
  blackHoles: '  by silence',
  workerKills: 'workers killed (SIGKILL)',
  workerFreezes: 'workers frozen and let go on',
  supervisorKills: 'supervisors killed (SIGKILL)',
  cancels: 'cancels',
  fenceRaises: 'fences raised by a newer owner',
  acknowledgements: 'acknowledgements',
  collections: 'garbage collections',
  sshdRestarts: 'restarts of sshd',
  sessionKills: 'times all sessions of sshd were killed',
  interrupted: 'jobs that ended interrupted',
  cancelled: 'jobs that ended cancelled',
  fenced: 'jobs that a fence kept from starting',
  violations: 'VIOLATIONS',
} as const;

export const NOTHING_YET: Score = Object.fromEntries(Object.keys(ROWS).map((row) => [row, 0])) as Record<
  keyof typeof ROWS,
  number
>;

/** The score with one more round. */
export function scored(options: {
  readonly score: Score;
  readonly history: RunHistory;
  readonly counts: RoundCounts;
  readonly violations: number;
}): Score {
  const { score, history, counts } = options;
  const { jobs } = history;
  const { cuts, acts } = counts;
  const watches = jobs.flatMap((job) => job.watches);
  const bytes = watches.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.bytes, 0);
  const round: Score = {
    rounds: 1,
    jobs: jobs.length,
    watches: watches.length,
    megabytes: bytes / 1e6,
    connections: counts.connections,
    cuts: cuts.reset + cuts.fin + cuts.blackHole,
    resets: cuts.reset,
    fins: cuts.fin,
    blackHoles: cuts.blackHole,
    workerKills: counts.workerKills,
    workerFreezes: acts.freezeWorker,
    supervisorKills: acts.killSupervisor,
    cancels: acts.cancel,
    fenceRaises: acts.raiseFence,
    acknowledgements: acts.acknowledge,
    collections: acts.collectGarbage,
    sshdRestarts: acts.restartSshd,
    sessionKills: acts.killSessions,
    interrupted: jobs.filter(({ settled }) => settled.kind === 'interrupted').length,
    cancelled: jobs.filter(({ settled }) => settled.kind === 'exited' && settled.why === 'cancel').length,
    fenced: jobs.filter(({ settled }) => settled.kind === 'fenced').length,
    violations: options.violations,
  };
  return Object.fromEntries(names.map((name) => [name, score[name] + round[name]])) as Record<
    keyof typeof ROWS,
    number
  >;
}

/** One row per count, ready to print. */
export function table(score: Score): string {
  return names.map((name) => `${Math.round(score[name]).toLocaleString('en').padStart(8)}  ${ROWS[name]}`).join('\n');
}

const names = Object.keys(ROWS) as (keyof typeof ROWS)[];
