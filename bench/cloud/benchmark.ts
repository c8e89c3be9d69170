import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { labDown } from '../../lab';
import { BenchError } from '../bench-error';
import type { BenchDirectory } from '../bench-directory';
import { inControlGroup, type ControlGroup } from '../control-group';
import { foreignLoad, readProcessorTime } from '../machine-load';
import { runRounds } from '../rounds';
import type { Row, Run } from '../series';
import {
  contenderNames,
  startContender,
  type Contender,
  type ContenderName,
  type ContenderRun,
  type FullOrder,
} from './contender';
import type { ApiDowntime } from './downtime';
import { clippedTo, merged, type Interval } from './intervals';
import { freshLab, fromSeries, insistOn, schemaState, toSeries } from './lab-state';
import { secondsByPart, type PartSeconds } from './parts';
import { startProbe } from './probe';
import { spentMs } from './processor-time';
import type { ServiceSet } from './services';

export type Journey = 'upgrade' | 'rollback';

/** One journey of one contender, with all that was seen. */
export interface MeasuredRun extends ContenderRun {
  readonly contender: ContenderName;
  readonly wholeSeconds: number;
  readonly parts: PartSeconds;
  /** Of them, while at least one API did not answer. */
  readonly partsWhileDown: PartSeconds;
  readonly downtime: readonly ApiDowntime[];
  readonly foreignLoad: number;
}

export interface CloudBenchmark {
  readonly rows: readonly Row[];
  readonly runs: readonly MeasuredRun[];
}

interface BenchmarkOptions {
  readonly journey: Journey;
  readonly set: ServiceSet;
  readonly rounds: number;
  readonly order: FullOrder | null;
  readonly place: BenchDirectory;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Measures the product beside a shell script on the same lab, each on hosts that were booted anew, in turn. When it
 * returns or rejects, nothing of it runs any more. Rejects with the signal's reason when that fires.
 */
export function runCloudBenchmark(options: BenchmarkOptions): Promise<CloudBenchmark> {
  return inControlGroup({
    name: 'client',
    async work(group) {
      options.signal.addEventListener('abort', group.kill, { once: true });
      try {
        return await measureAll({ ...options, group });
      } finally {
        options.signal.removeEventListener('abort', group.kill);
        await labDown();
      }
    },
  });
}

/** Without dumps there is nothing to roll back to. */
export function contendersOf(journey: Journey): readonly ContenderName[] {
  return journey === 'upgrade' ? contenderNames : contenderNames.filter((name) => name !== 'bare script');
}

async function measureAll(options: BenchmarkOptions & { readonly group: ControlGroup }): Promise<CloudBenchmark> {
  const runs: MeasuredRun[] = [];
  const rows = await runRounds({
    entries: contendersOf(options.journey).map((name) => ({ name })),
    rounds: options.rounds,
    whyNot: () => null,
    say: options.say,
    measure: async ({ name }) => {
      const run = await measured({ ...options, name });
      options.signal.throwIfAborted();
      if (typeof run === 'string') return run;
      runs.push(run);
      return figuresOf(run);
    },
  });
  return { rows, runs: runs.filter(({ contender }) => rows.some(isMeasured(contender))) };
}

const isMeasured =
  (contender: ContenderName) =>
  ({ kind, name }: Row): boolean =>
    kind === 'measured' && name === contender;

type One = BenchmarkOptions & { readonly group: ControlGroup; readonly name: ContenderName };

/** Or why there are no figures. Leaves no process of it. */
async function measured(options: One): Promise<MeasuredRun | string> {
  const { set, group, signal } = options;
  const directory = join(options.place.run, 'work');
  mkdirSync(directory, { recursive: true });
  const lab = await freshLab(set);
  signal.throwIfAborted();
  let contender: Contender | null = null;
  try {
    contender = await startContender({ ...options, lab, directory });
    return await journeyOf({ ...options, contender, directory });
  } catch (error) {
    // What fails because somebody stopped it is no finding about the contender.
    signal.throwIfAborted();
    if (error instanceof BenchError) return error.message;
    throw error;
  } finally {
    await contender?.stop();
    await group.empty();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function journeyOf(
  options: One & { readonly contender: Contender; readonly directory: string },
): Promise<MeasuredRun> {
  const { journey, set, group, contender, say } = options;
  const before = await schemaState(set);
  if (journey === 'rollback') {
    say('upgrading, which is not measured');
    await contender.upgrade();
    await insistOn({ set, series: toSeries });
  }
  const probe = await startProbe(options);
  const ours = { pids: contender.pids, group };
  const [clockBefore, spentBefore] = [readProcessorTime(), spentMs(ours)];
  const run = await contender[journey]();
  const load = foreignLoad({
    before: clockBefore,
    after: readProcessorTime(),
    oursMs: spentMs(ours) - spentBefore,
  });
  const downtime = await probe.end();
  await insistOn({ set, series: journey === 'upgrade' ? toSeries : fromSeries });
  if (journey === 'rollback' && (await schemaState(set)) !== before)
    throw new BenchError(`the schemas are not what they were: ${await schemaState(set)}, before: ${before}`);
  return {
    ...run,
    contender: options.name,
    wholeSeconds: (run.whole.toMs - run.whole.fromMs) / 1000,
    parts: secondsByPart(run.spans),
    partsWhileDown: secondsByPart(clippedTo({ intervals: run.spans, windows: outagesOf(downtime) })),
    downtime,
    foreignLoad: load,
  };
}

/** When at least one API did not answer. */
function outagesOf(downtime: readonly ApiDowntime[]): readonly Interval[] {
  return merged(
    downtime.flatMap(({ outages }) =>
      outages.map(({ fromAtMs, seconds }) => ({ fromMs: fromAtMs, toMs: fromAtMs + seconds * 1000 })),
    ),
  );
}

function figuresOf({ wholeSeconds, downtime, foreignLoad: load }: MeasuredRun): Run {
  const down = downtime.map(({ api, downSeconds }): [string, number] => [downColumn(api), downSeconds]);
  return { figures: { whole: wholeSeconds, ...Object.fromEntries(down) }, foreignLoad: load };
}

export const downColumn = (api: string): string => `down ${api}`;
