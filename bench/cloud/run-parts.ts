import type { PlacedOutcome } from '../../schema/outcome';
import { coveredMs, type Interval } from './intervals';
import type { PartName, PlacedInterval } from './parts';

/** What is needed of each step in a run's report (`report.json`). */
export type RanStep = Pick<PlacedOutcome, 'phaseId' | 'stepId' | 'host' | 'startedAt' | 'endedAt' | 'jobId'>;

export interface EngineTime {
  /** From the approval to the end of the run. */
  readonly wholeSeconds: number;
  /** At least one host ran a command of the run. */
  readonly commandSeconds: number;
  /** No host did: workflow, Temporal, worker, connections, the protocol of jobs. */
  readonly engineSeconds: number;
  /** Hosts side by side count once: a step of two hosts is waited for once. */
  readonly steps: number;
  readonly engineMsPerStep: number;
}

/** One step of one of our runs on one host: what `--json` tells of where the time went. */
export interface StepSpan extends PlacedInterval {
  readonly step: string;
  readonly host: string | null;
  /** What the host counted from start to end of the command; null: a probe, which is no job, or a host that lists no such job. */
  readonly commandMs: number | null;
}

/** Where the time of one of our runs went. `jobMs`: by job, what stands in the host's list of finished jobs. */
export function spansOfRun(options: {
  readonly steps: readonly RanStep[];
  readonly jobMs: Readonly<Record<string, number>>;
}): readonly StepSpan[] {
  const { steps, jobMs } = options;
  return steps.map((step) => ({
    part: partOf(step),
    ...intervalOf(step),
    step: step.stepId,
    host: step.host,
    commandMs: (step.jobId === null ? undefined : jobMs[step.jobId]) ?? null,
  }));
}

/**
 * What the engine adds. A change's own time is what its host counted from start to end of the command; a probe is a plain
 * command on a live connection, and all of it counts as the command.
 */
export function engineTime(options: {
  readonly whole: Interval;
  readonly steps: readonly RanStep[];
  /** By job: what stands in the host's list of finished jobs. */
  readonly jobMs: Readonly<Record<string, number>>;
}): EngineTime {
  const { whole, steps } = options;
  const commands = spansOfRun(options).map(({ fromMs, toMs, commandMs }): Interval => ({
    fromMs,
    toMs: commandMs === null ? toMs : Math.min(toMs, fromMs + commandMs),
  }));
  const wholeMs = whole.toMs - whole.fromMs;
  const commandMs = coveredMs(commands);
  const inTurn = new Set(steps.map(({ phaseId, stepId }) => `${phaseId} ${stepId}`)).size;
  return {
    wholeSeconds: wholeMs / 1000,
    commandSeconds: commandMs / 1000,
    engineSeconds: (wholeMs - commandMs) / 1000,
    steps: inTurn,
    engineMsPerStep: inTurn === 0 ? Number.NaN : (wholeMs - commandMs) / inTurn,
  };
}

/** Of `runs/<run>/DONE`: `step=heat/db-sync job=<id> rc=0 ... ms=1234`. */
export function readJobMs(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line): [string, number][] => {
      const job = / job=(\S+)/.exec(line)?.[1];
      const ms = / ms=(\d+)/.exec(line)?.[1];
      return job === undefined || ms === undefined ? [] : [[job, Number(ms)]];
    }),
  );
}

function intervalOf({ startedAt, endedAt }: RanStep): Interval {
  return { fromMs: Date.parse(startedAt), toMs: Date.parse(endedAt) };
}

/** By the step's own name first: a phase stops, dumps and proves; then by its phase. */
function partOf({ phaseId, stepId }: RanStep): PartName {
  if (phaseId === 'finally') return 'clean up';
  if (phaseId === 'prepare') return 'prepare';
  return byStep.find(({ names }) => names.test(stepId))?.part ?? byPhase(phaseId);
}

const byStep: readonly { readonly part: PartName; readonly names: RegExp }[] = [
  { part: 'close', names: /\/(lead-leaves|(lead-)?drained|close|users-out|(work-ends|no-message)-[a-z-]+)$/ },
  { part: 'open', names: /\/((rest-)?(open|up)|users-in|(serve|up)(-[a-z][a-z0-9-]*)?)$/ },
  { part: 'stop', names: /\/stop-/ },
  { part: 'dump', names: /^restore-point\/(dump|objects|load-final|part|manifest|copy)/ },
  { part: 'configuration', names: /^(config|back(-all)?\/configuration)|\/paste-factories$/ },
  { part: 'packages', names: /^packages\/|^back(-all|-work)?\/(source|simulate|packages)$/ },
  { part: 'start', names: /\/(start-|flush-)/ },
  { part: 'clean up', names: /\/(canary-away|configuration-as-left)$/ },
  {
    part: 'proofs',
    names: /^(drift|verify)\/|^rollback\/restorable|\/(answers-|ready-|new-token|old-token|proof-|revision$)/,
  },
];

function byPhase(phaseId: string): PartName {
  if (/^(back-(work|close)|stop|lead-leaves)$/.test(phaseId)) return 'stop';
  if (phaseId === 'config' || phaseId === 'back-configuration') return 'configuration';
  if (phaseId === 'back-databases') return 'restore';
  if (phaseId === 'database') return 'schemas';
  return phaseId === 'open' ? 'open' : 'proofs';
}
