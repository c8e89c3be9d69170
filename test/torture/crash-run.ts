import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './crash-place';
import { startCrashStage, type CrashStage } from './crash-stage';
import { faultWords, pointsOf, recordingWords, wasReached, type FaultKind, type FaultPoint } from './fault-point';
import type { RunHistory } from './history';
import type { Breaking, Scenario, Told } from './scenarios/scenario';

/** What goes wrong on the way of one request. */
export type CrashFault =
  | { readonly kind: FaultKind; readonly point: FaultPoint }
  /** A line `: crash-point NAME` of the program: the process is killed there, with whatever waits for it. */
  | { readonly kind: 'named'; readonly name: string };

/** All that can be broken on the way of a scenario's request. */
export interface Way {
  readonly points: readonly FaultPoint[];
  readonly names: readonly string[];
  /** What came of it unbroken. */
  readonly history: RunHistory;
}

export interface CrashRun {
  readonly history: RunHistory;
  /** false: the request did not come to the point, so that nothing was tried. */
  readonly reached: boolean;
}

interface RunOptions {
  readonly shell: string;
  readonly place: Place;
  readonly scenario: Scenario;
}

const RECORD = { kind: 'record' } as const;
/** The supervisor tries to write its result again every 2 s; this lets it fail twice before the disk is mended. */
const ILL_MS = 2_500;
/** What the request has set going may come to the point when it has already been answered. */
const AFTERWARDS_MS = 300;
/** A supervisor has ended by then; a job that outlives the request is not waited for. */
const LAST_CALL_MS = 3_000;

export function recordWay(options: RunOptions): Promise<Way> {
  return withStage({ ...options, hasCrashPoints: true }, async (stage) => {
    const history = await options.scenario.play({ stage, breaking: breakingBy({ stage, fault: RECORD }) });
    const points = pointsOf({ record: stage.traced(), base: options.place.base });
    return { points, names: stage.crashOrders.passed(), history };
  });
}

export function runWithFault(options: RunOptions & { readonly fault: CrashFault }): Promise<CrashRun> {
  const { fault, scenario } = options;
  return withStage({ ...options, hasCrashPoints: fault.kind === 'named' }, async (stage) => {
    const history = await scenario.play({ stage, breaking: breakingBy({ stage, fault }) });
    return { history, reached: isReached({ stage, fault }) };
  });
}

/** `EIO at fsync rc.tmp`, without the parts of a path that differ from run to run. */
export function nameOf(fault: CrashFault): string {
  if (fault.kind === 'named') return `crash at ${fault.name}`;
  const { syscall, nth } = fault.point;
  const path = fault.point.path.replace(/^.*\/base/, '').replaceAll(/[0-9a-f]{32,64}/g, 'ID');
  return `${fault.kind} at ${syscall} ${path || '/'}${nth === 1 ? '' : ` (${String(nth)})`}`;
}

async function withStage<Result>(
  options: RunOptions & { readonly hasCrashPoints: boolean },
  act: (stage: CrashStage) => Promise<Result>,
): Promise<Result> {
  const stage = await startCrashStage({ ...options, isBare: options.scenario.isBare === true });
  try {
    return await act(stage);
  } finally {
    stage.mend();
    await stage.stop();
  }
}

function breakingBy(options: { readonly stage: CrashStage; readonly fault: CrashFault | typeof RECORD }): Breaking {
  const { stage, fault } = options;
  return async ({ verbs, jobId, ask }) => {
    const words = wordsFor(fault);
    if (words !== null) stage.traceVerbs({ words, verbs });
    if (words !== null && jobId !== undefined) await stage.traceSupervisor({ words, jobId });
    stage.crashOrders.watch(fault.kind === 'named' ? fault.name : null);
    const hostIsDown = new AbortController();
    const asked = ask(hostIsDown.signal).catch(() => null);
    await untilReached({ stage, fault, asked });
    if (fault.kind === 'powerCut') {
      await stage.powerCut();
      hostIsDown.abort();
    }
    if (fault.kind === 'EIO' || fault.kind === 'ENOSPC')
      await Promise.race([asked, sleep(ILL_MS, undefined, { ref: false })]);
    stage.mend();
    return { answer: await asked, broken: brokenBy(fault) };
  };
}

function wordsFor(fault: CrashFault | typeof RECORD): readonly string[] | null {
  if (fault.kind === 'named') return null;
  return fault.kind === 'record' ? recordingWords() : faultWords(fault);
}

async function untilReached(options: {
  readonly stage: CrashStage;
  readonly fault: CrashFault | typeof RECORD;
  readonly asked: Promise<unknown>;
}): Promise<void> {
  const { stage, fault, asked } = options;
  const answered = asked.then(() => true);
  while (!isReached({ stage, fault }) && !(await Promise.race([answered, sleep(5, false)])));
  const answeredAt = performance.now();
  const mayStillCome = (): boolean => {
    const waitedMs = performance.now() - answeredAt;
    return waitedMs < AFTERWARDS_MS || (waitedMs < LAST_CALL_MS && stage.isTracing());
  };
  while (!isReached({ stage, fault }) && mayStillCome()) await sleep(20);
}

function isReached(options: { readonly stage: CrashStage; readonly fault: CrashFault | typeof RECORD }): boolean {
  const { stage, fault } = options;
  if (fault.kind === 'record') return false;
  return fault.kind === 'named' ? stage.crashOrders.wasMet() : wasReached({ point: fault.point, log: stage.traced() });
}

function brokenBy(fault: CrashFault | typeof RECORD): Told<unknown>['broken'] {
  switch (fault.kind) {
    case 'record':
      return 'nothing';
    case 'powerCut':
      return 'hostDown';
    case 'EIO':
    case 'ENOSPC':
      return 'diskIll';
    case 'kill':
    case 'named':
      return 'requestKilled';
    default:
      return fault satisfies never;
  }
}
