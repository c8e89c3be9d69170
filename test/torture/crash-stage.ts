import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJobs, type Jobs } from '../../remote';
import { supervisorProgram, type SupervisorProgram } from '../../remote/jobs/supervisor-program';
import { quote } from '../../shell/sh';
import { localTransport } from '../remote/ssh/local-transport';
import { clearPlace, type Place } from './crash-place';
import { startHostBox, type HostBox } from './host-box';
import { crashOrders, withCrashPoints, type CrashOrders } from './named-crashes';
import { endTracers, isTraced, pidInItsBox, supervisorAtWork, tracersOf } from './tracers';

/** A host in a box, what is done on it, and what breaks it. */
export interface CrashStage {
  readonly place: Place;
  /** Prepares what a scenario finds; no fault comes near it. */
  readonly stagehand: Jobs;
  /** A controller that knows nothing yet. */
  readonly controller: () => Jobs;
  /** A verb as a person types it on the host. */
  readonly person: (...words: readonly string[]) => Promise<PersonWasTold>;
  /** From now on, until `mend`, strace does this to every command that runs one of the verbs. */
  readonly traceVerbs: (options: { readonly words: readonly string[]; readonly verbs: readonly Verb[] }) => void;
  /** From now on, until `mend`, strace does this to a job's supervisor and to what it starts from now on. */
  readonly traceSupervisor: (options: { readonly words: readonly string[]; readonly jobId: string }) => Promise<void>;
  /** All that strace has logged so far. */
  readonly traced: () => string;
  /** Somebody is traced, whose next call may still come. */
  readonly isTracing: () => boolean;
  /** To the crash points of its program, if it has any. */
  readonly crashOrders: CrashOrders;
  /** Nobody is traced, killed or refused by the disk any more; what was held goes on. */
  readonly mend: () => void;
  /** Everything on the host ends at once, and it boots again with the disk that it had. */
  readonly powerCut: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface PersonWasTold {
  readonly said: string;
  readonly exitCode: number;
}

/** Of the program. `ready`: looks at a host and puts the program there. */
export type Verb =
  'ready' | 'ensure' | 'cancel' | 'ack' | 'gc' | 'fence' | 'write' | 'take-over' | 'hand-back' | 'kill';

export const HOST = 'h1';
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const STRACE = ['strace', '-I1', '-f', '-qq', '-e', 'signal=none'];

/** `isBare`: a host that has nothing yet, not even the program. */
export async function startCrashStage(options: {
  readonly shell: string;
  readonly place: Place;
  readonly isBare: boolean;
  readonly hasCrashPoints: boolean;
}): Promise<CrashStage> {
  const { place } = options;
  clearPlace(options);
  const program = supervisorProgram({ base: place.base });
  let box: HostBox = await startHostBox();
  let tracing: { readonly words: readonly string[]; readonly verbs: readonly Verb[] } | null = null;
  let logs = 0;
  const strace = (words: readonly string[]): readonly string[] => {
    logs += 1;
    return [...STRACE, '-o', join(place.traces, String(logs)), ...words];
  };
  const transport = localTransport({
    argv(command) {
      const inside = [...box.enter, 'env', '-i', `PATH=${place.bin}:${SYSTEM_PATH}`, `HOME=${place.directory}`];
      const verb = verbOf({ command, program });
      const isTraced = verb !== null && tracing?.verbs.includes(verb) === true;
      const before = isTraced ? [...strace(['-D', ...tracing!.words])] : [];
      return [...inside, ...(isTraced ? ownPid(logs) : []), ...before, 'sh', '-c', command];
    },
  });
  const controller = (): Jobs => createJobs({ transport, base: place.base });
  if (!options.isBare) {
    const { content } = program;
    mkdirSync(dirname(program.pathOnHost), { recursive: true });
    writeFileSync(
      program.pathOnHost,
      options.hasCrashPoints ? withCrashPoints({ program: content, directory: place.crashes }) : content,
    );
  }
  const orders = crashOrders(place.crashes);
  return {
    place,
    stagehand: controller(),
    controller,
    async person(...words) {
      const command = ['exec', 'sh', program.pathOnHost, ...words, '--base', place.base].map(quote).join(' ');
      const { stdout, stderr, exitCode } = await transport.exec({ host: HOST, command, deadlineSeconds: 60 });
      return { said: `${stdout}${stderr}`, exitCode };
    },
    traceVerbs: (what) => (tracing = what),
    async traceSupervisor({ words, jobId }) {
      const pid = supervisorAtWork({ base: place.base, jobId });
      if (pid === null) throw new Error(`Job ${jobId} has no supervisor that could be traced.`);
      // From inside: a tracer that outlived the host would keep it from being gone.
      const [command = '', ...rest] = [...box.enter, ...strace([...words, '-p', String(pidInItsBox(pid))])];
      spawn(command, rest, { stdio: 'ignore' });
      while (!isTraced(pid)) await sleep(5);
    },
    traced: () =>
      readdirSync(place.traces)
        .map((log) => readFileSync(join(place.traces, log), 'utf8'))
        .join(''),
    isTracing: () => tracersOf(place.traces).length > 0,
    crashOrders: orders,
    mend() {
      tracing = null;
      orders.revoke();
      endTracers(place.traces);
    },
    async powerCut() {
      await box.powerOff();
      box = await startHostBox();
    },
    stop: () => box.powerOff(),
  };
}

function verbOf(options: { readonly command: string; readonly program: SupervisorProgram }): Verb | null {
  const begin = `exec sh ${options.program.pathOnHost} `;
  if (options.command.startsWith(begin)) return options.command.slice(begin.length).split(' ')[0] as Verb;
  return / (?:look|upload) root$/.test(options.command) ? 'ready' : null;
}

/**
 * Many files are named after the pid of their writer. So the first traced command is always process 10001 on its host
 * and the second 20001, wherever the counter was: a recorded path is met again.
 */
function ownPid(nth: number): readonly string[] {
  const text = `echo ${String(nth)}0000 >/proc/sys/kernel/ns_last_pid; ("$@"); exit $?`;
  return ['/bin/sh', '-c', text, 'sh'];
}
