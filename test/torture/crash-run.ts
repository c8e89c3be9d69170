import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnSync } from 'node:child_process';
import { createJobs, jobId, type JobResult, type Jobs, type RunRequest } from '../../activities/remote/durable-job';
import { supervisorProgram } from '../../activities/remote/supervisor-program';
import { localTransport } from '../activities/local-transport';
import { faultWords, pointsOf, recordingWords, wasReached, type FaultKind, type FaultPoint } from './fault-point';
import type { Disturbance, JobHistory, Part } from './history';
import { startHostBox, type HostBox } from './host-box';
import { executionsOf, processesOf, readRecord } from './host-evidence';
import { partOf } from './worker-log';

/** What goes wrong in one run of one job. */
export type CrashFault =
  | { readonly kind: FaultKind; readonly point: FaultPoint }
  /** A line `: crash-point NAME` of the program: the process is killed there, with whatever waits for it. */
  | { readonly kind: 'named'; readonly name: string };

export interface CrashRun {
  readonly history: JobHistory;
  /** false: the program did not come to the point, so that nothing was tried. */
  readonly reached: boolean;
}

/** The one base of all boxes, so that a point recorded in one is found in the next. */
interface Place {
  readonly directory: string;
  readonly base: string;
  readonly side: string;
  readonly log: string;
}

const PROMISE = { exitCode: 3, out: Buffer.from('hello\n'), err: Buffer.from('oops\n') };
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The supervisor tries to write its result again every 2 s; this lets it fail twice before the disk is mended. */
const ILL_SECONDS = 2.5;

/** Every point that a job passes from its publishing to its end, in this shell. `place`: see `makePlace`. */
export async function recordPoints(options: {
  readonly shell: string;
  readonly place: Place;
}): Promise<readonly FaultPoint[]> {
  const { place } = options;
  const rig = await startRig(options);
  try {
    rig.traceNext(recordingWords(place));
    const result = await rig.controller().run({ ...request(place), signal: AbortSignal.timeout(60_000) });
    if (result.kind !== 'exited') throw new Error(`The run to be recorded ended as ${JSON.stringify(result)}`);
    return pointsOf({ record: readFileSync(place.log, 'utf8'), base: place.base });
  } finally {
    await rig.stop();
  }
}

/** Publishes and starts a job, lets the fault happen, mends it, and asks as a fresh controller. */
export async function runWithFault(options: {
  readonly shell: string;
  readonly place: Place;
  readonly fault: CrashFault;
}): Promise<CrashRun> {
  const { place, fault } = options;
  const rig = await startRig(options);
  const work = request(place);
  const id = jobId({ ...work, step: work.stepId });
  const detach = new AbortController();
  const parts: Part[] = [];
  const watch = (jobs: Jobs): Promise<JobResult> =>
    jobs.run({ ...work, signal: detach.signal, onOutput: (output) => void parts.push(partOf(output)) });
  const reached = (): boolean =>
    fault.kind === 'named' ? rig.sabotageWasMet() : wasReached({ point: fault.point, log: readLog(place) });
  try {
    if (fault.kind === 'named') rig.sabotage({ name: fault.name, jobId: id });
    else rig.traceNext(faultWords({ ...fault, log: place.log }));
    const first = watch(rig.controller());
    await untilHappened({ fault, rig, reached, first });
    if (fault.kind === 'powerCut') detach.abort();
    const result = await first;
    const fresh = rig.controller();
    const ask = (): Promise<JobResult> => fresh.run({ ...work, signal: AbortSignal.timeout(60_000) });
    const settled = await ask();
    const survivors = processesOf(id);
    const executions = executionsOf({ side: place.side, jobId: id });
    const again = await ask();
    return {
      reached: reached(),
      history: {
        name: nameOf(fault),
        jobId: id,
        promise: PROMISE,
        disturbances: [disturbanceOf(fault)],
        executions,
        watches: [{ watcher: 'the first controller', from: { out: 0, err: 0 }, parts, result }],
        settled,
        again: { result: again, executions: executionsOf({ side: place.side, jobId: id }) },
        record: readRecord({ base: place.base, jobId: id }),
        acknowledged: false,
        fence: 'never',
        survivors,
      },
    };
  } finally {
    detach.abort();
    await rig.stop();
  }
}

/** `EIO at fsync rc.tmp`, without the parts of a path that differ from run to run. */
export function nameOf(fault: CrashFault): string {
  if (fault.kind === 'named') return `crash at ${fault.name}`;
  const path = fault.point.path.replace(/^.*\/base/, '').replace(/[0-9a-f]{32}/, 'ID');
  return `${fault.kind} at ${fault.point.syscall} ${path || '/'}`;
}

/** All `: crash-point NAME` of the program. */
export function namedPoints(): readonly string[] {
  return [...supervisorProgram({ base: '' }).content.matchAll(/: crash-point ([\w-]+)/g)].map(([, name = '']) => name);
}

/** A folder for one run after the other; paths stay the same, so that a recorded point is a point of the next run. */
export function makePlace(): Place & { readonly forget: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'osu-crash-'));
  return {
    directory,
    base: join(directory, 'base'),
    side: join(directory, 'side'),
    log: join(directory, 'strace.log'),
    forget: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function request(place: Place): Omit<RunRequest, 'signal'> {
  const script = `echo "$OSU_JOB" >> ${place.side}; echo hello; echo oops >&2; sleep 0.05; exit 3`;
  return { host: 'h1', runId: 'crash', stepId: 's', generation: '0', script, timeoutSeconds: 60 };
}

interface Rig {
  readonly controller: () => Jobs;
  /** Puts these words before the next command that publishes or starts a job. */
  readonly traceNext: (words: readonly string[]) => void;
  readonly sabotage: (options: { readonly name: string; readonly jobId: string }) => void;
  readonly sabotageWasMet: () => boolean;
  readonly mend: () => void;
  readonly cutPower: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A box with an empty base that has the program, and nothing else yet. */
async function startRig(options: { readonly shell: string; readonly place: Place }): Promise<Rig> {
  const { directory, base, side, log } = options.place;
  for (const path of [base, side, log, join(directory, 'bin')]) rmSync(path, { recursive: true, force: true });
  mkdirSync(base);
  mkdirSync(join(directory, 'bin'));
  symlinkSync(options.shell, join(directory, 'bin/sh'));
  const program = supervisorProgram({ base });
  const met = join(directory, 'met');
  rmSync(met, { force: true });
  let box: HostBox = await startHostBox();
  let trace: readonly string[] = [];
  let mendProgram = (): void => undefined;
  const inside = (): readonly string[] => [
    ...box.enter,
    ...['env', '-i', `PATH=${directory}/bin:${SYSTEM_PATH}`, `HOME=${directory}`],
  ];
  const transport = localTransport({
    argv: (command) => {
      const words = command.includes(program.pathOnHost) && /\bensure\b/.test(command) ? trace : [];
      if (words.length > 0) trace = [];
      return [...inside(), ...words, 'sh', '-c', command];
    },
  });
  const controller = (): Jobs => createJobs({ transport, base });
  await controller().status({ host: 'h1', jobId: 'none' }); // puts the program there
  return {
    controller,
    traceNext: (words) => {
      trace = words;
    },
    sabotage({ name, jobId: id }) {
      const crashing = program.content.replace(`: crash-point ${name}`, () => `: > ${met}; kill -9 $$; kill -9 0`);
      writeFileSync(program.pathOnHost, crashing);
      mendProgram = () => {
        // The job keeps the copy it was published with, so that is mended too.
        for (const path of [program.pathOnHost, ...copiesIn({ base, id })]) writeFileSync(path, program.content);
      };
    },
    sabotageWasMet: () => existsSync(met),
    mend() {
      mendProgram();
      // The tracer, found by what it traces, is asked to let go; what it held goes on as if nothing had been.
      const tracers = `for f in /proc/[0-9]*/status; do while read -r k v; do [ "$k" = TracerPid: ] && [ "$v" != 0 ] && kill "$v"; done <"$f"; done 2>/dev/null`;
      spawnSync(inside()[0]!, [...inside().slice(1), 'sh', '-c', tracers]);
    },
    async cutPower() {
      await box.powerOff();
      box = await startHostBox();
    },
    stop: () => box.powerOff(),
  };
}

function copiesIn(options: { readonly base: string; readonly id: string }): readonly string[] {
  const copy = join(options.base, 'jobs', options.id, 'durable-job.sh');
  return existsSync(copy) ? [copy] : [];
}

async function untilHappened(options: {
  readonly fault: CrashFault;
  readonly rig: Rig;
  readonly reached: () => boolean;
  readonly first: Promise<JobResult>;
}): Promise<void> {
  const { fault, rig, reached, first } = options;
  const ended = first.then(() => true);
  while (!reached() && !(await Promise.race([ended, sleep(5, false)])));
  if (fault.kind === 'powerCut') return rig.cutPower();
  if (fault.kind === 'EIO' || fault.kind === 'ENOSPC') await Promise.race([first, sleep(ILL_SECONDS * 1000)]);
  rig.mend();
}

function disturbanceOf(fault: CrashFault): Disturbance {
  switch (fault.kind) {
    case 'powerCut':
      return 'hostDown';
    case 'EIO':
    case 'ENOSPC':
      return 'diskIll';
    case 'kill':
    case 'named':
      return 'supervisorKilled';
    default:
      return fault satisfies never;
  }
}

function readLog(place: Place): string {
  return existsSync(place.log) ? readFileSync(place.log, 'utf8') : '';
}
