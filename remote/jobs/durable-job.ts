import { readAnswer } from './answer-line';
import { oneLine } from '../../shell/one-line';
import { fenceState, fenceWords, type Fence, type FenceState } from './fence';
import type { JobResult } from './job';
import type { HostReadiness } from './host-readiness';
import { askHost, askStatus, type HostProgram } from './job-ask';
import { JobHostError } from './job-host-error';
import type { JobStatus } from './job-status';
import { readJobOutput, type ReadOutput, type ReadOutputRequest } from './job-output';
import { runJob, type RunRequest } from './job-run';
import { writeFiles, type WriteRequest } from './write-files';
import { plainName } from './plain-name';
import { createRootShell, type RootShell } from './root-shell';
import { DEFAULT_BASE, supervisorProgram, type Verb } from './supervisor-program';
import { createPublisher } from './supervisor-publish';
import { pause } from '../ssh/time-limit';
import type { Transport } from '../ssh/transport';

export interface JobPlace {
  readonly host: string;
  readonly jobId: string;
  readonly signal?: AbortSignal;
}

/** Remote commands that start at most once and are found again. All but `run` reject with TransportError or JobHostError. */
export interface Jobs {
  /** See `runJob`: starts the job unless it exists and watches it to its end. Never kills it. */
  run(request: RunRequest): Promise<JobResult>;
  status(place: JobPlace): Promise<JobStatus>;
  /**
   * Ends the job and its whole process tree (TERM, after `graceSeconds` KILL), or makes that it never starts. Repeats
   * until the state is final or twice the grace and 30 s have passed; says which state it is in then. FENCED: the
   * host obeys somebody else (`fence` of the status), and the job was left alone.
   */
  cancel(place: JobPlace & { readonly graceSeconds: number; readonly fence?: Fence }): Promise<JobStatus>;
  /** Says that the result is in durable history: the host may forget the job at its next `gc`. */
  ack(place: JobPlace): Promise<JobStatus>;
  /** Hands over a stream's bytes as they lie on the host, each once, in bounded memory whatever their number. */
  readOutput(request: ReadOutputRequest): Promise<ReadOutput>;
  /** Removes jobs that were acknowledged so many days ago, leaving a tombstone each. FENCED is a JobHostError. */
  collectGarbage(options: {
    readonly host: string;
    readonly olderThanDays: number;
    readonly fence?: Fence;
  }): Promise<void>;
  /**
   * Tells the host who owns the cloud now. Once it has resolved, no job of an older number can start there; what runs
   * goes on. The number never falls: look at the answer, it may name a newer owner, or a person who took the host over.
   */
  raiseFence(
    request: Fence & {
      readonly host: string;
      readonly by: string;
      readonly reason: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<FenceState>;
  /** Writes texts or bytes to files below `base`, root only, each complete or not at all. Idempotent. */
  writeFiles(request: WriteRequest): Promise<void>;
  /** Looks at the host anew: can it run jobs, and how does one become root there? Rejects with TransportError only. */
  readiness(place: { readonly host: string; readonly signal?: AbortSignal }): Promise<HostReadiness>;
  readFence(request: {
    readonly host: string;
    readonly cloud: string;
    readonly signal?: AbortSignal;
  }): Promise<FenceState>;
}

const ASK_SECONDS = 60;

/**
 * `root` instead of `transport`: what else runs as root there shares what it has found out about the hosts. `base`: the
 * directory on the hosts; only tests need another. `close` the transport yourself.
 */
export function createJobs(
  options: ({ readonly transport: Transport } | { readonly root: RootShell }) & { readonly base?: string },
): Jobs {
  const root = 'root' in options ? options.root : createRootShell(options);
  const program = supervisorProgram({ base: options.base ?? DEFAULT_BASE });
  const tools: HostProgram = { root, program, publisher: createPublisher({ root, program }) };
  const { publisher } = tools;
  const about = (
    verb: Verb,
    place: JobPlace,
    ...words: readonly (string | number)[]
  ): Parameters<typeof askStatus>[0] => ({
    ...tools,
    ...place,
    verb,
    words: [place.jobId, ...words],
    deadlineSeconds: ASK_SECONDS,
  });
  const askFence = async (request: {
    host: string;
    words: readonly (string | number)[];
    signal?: AbortSignal;
  }): Promise<FenceState> => {
    const line = await askHost({ ...tools, ...request, verb: 'fence', deadlineSeconds: ASK_SECONDS });
    const answer = readAnswer(line);
    if (answer.fields.get('state') === 'FENCE') return fenceState(answer);
    throw new JobHostError(`${request.host} cannot read which owner it belongs to: ${answer.text || line}`);
  };
  return {
    run: (request) => runJob({ ...tools, request }),
    status: (place) => askStatus(about('status', place)),
    ack: (place) => askStatus(about('ack', place)),
    readOutput: (request) => readJobOutput({ ...tools, request }),
    async cancel(place) {
      const until = Date.now() + (2 * place.graceSeconds + 30) * 1000;
      for (;;) {
        const status = await askStatus({
          ...about('cancel', place, place.graceSeconds, ...fenceWords(place.fence)),
          deadlineSeconds: ASK_SECONDS + 2 * place.graceSeconds,
        });
        if (!mayStillAct(status) || Date.now() > until || place.signal?.aborted === true) return status;
        await pause({ seconds: 0.2, ...(place.signal ? { signal: place.signal } : {}) });
      }
    },
    raiseFence({ cloud, number, by, reason, ...place }) {
      return askFence({ ...place, words: [...fenceWords({ cloud, number }), oneLine(by), oneLine(reason)] });
    },
    readFence: ({ cloud, ...place }) =>
      askFence({ ...place, words: [plainName({ what: "A fence's cloud", value: cloud })] }),
    writeFiles: (request) => writeFiles({ ...tools, ...request }),
    async readiness(place) {
      publisher.forget(place.host);
      for (;;) {
        const result = await publisher.publish(place);
        if (result.kind !== 'cut') return result.readiness;
      }
    },
    async collectGarbage({ host, olderThanDays, fence }) {
      const words = [olderThanDays, ...fenceWords(fence)];
      const line = await askHost({ ...tools, host, verb: 'gc', words, deadlineSeconds: 600 });
      if (!line.startsWith('state=COLLECTED')) throw new JobHostError(`Garbage collection on ${host} failed: ${line}`);
    },
  };
}

function mayStillAct(status: JobStatus): boolean {
  return ['CLAIMED', 'STARTING', 'WAITING_MUTEX', 'RUNNING', 'ORPHANED'].includes(status.state);
}
