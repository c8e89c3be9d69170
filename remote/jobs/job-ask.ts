import { createFrameReader } from './frame-reader';
import type { HostReadiness } from './host-readiness';
import { JobHostError, SudoRefused } from './job-host-error';
import { parseStatus, type JobStatus } from './job-status';
import type { RootShell } from './root-shell';
import { verbWords, type SupervisorProgram, type Verb } from './supervisor-program';
import type { Publisher } from './supervisor-publish';

/** The way to the program on the hosts. */
export interface HostProgram {
  readonly root: RootShell;
  readonly publisher: Publisher;
  readonly program: SupervisorProgram;
}

export interface AskOptions extends HostProgram {
  readonly host: string;
  readonly verb: Verb;
  readonly words: readonly (string | number)[];
  readonly stdin?: Buffer;
  readonly deadlineSeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs a verb that answers with one X line and returns that line's text. The verbs are idempotent, so a program that
 * is gone from the host is put there and asked again. Rejects with TransportError or JobHostError (SudoRefused is one).
 */
export async function askHost(options: AskOptions): Promise<string> {
  const first = await ask(options);
  if (first.line !== null) return first.line;
  options.publisher.forget(options.host);
  const second = await ask(options);
  if (second.line !== null) return second.line;
  throw new JobHostError(
    `The job program on ${options.host} gave no valid answer: ${second.said}. Check whether the login shell prints something or ends early.`,
  );
}

/** As `askHost`, for the verbs that answer with a job's status. */
export async function askStatus(options: AskOptions): Promise<JobStatus> {
  const line = await askHost(options);
  const status = parseStatus(line);
  if (status) return status;
  throw new JobHostError(
    `${options.host} reported a job state that this release does not know: ${line}. Use the release that started the run.`,
  );
}

/** The host made ready for jobs, or the reason why not as an error. */
export async function requireReady(options: Pick<AskOptions, 'publisher' | 'host' | 'signal'>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const ready = await options.publisher.publish(options);
    if (ready.kind === 'ready') return;
    if (ready.kind === 'unfit') throw unfit(ready.readiness);
    if (tries === 3)
      throw new JobHostError(
        `Three uploads of the job program to ${options.host} were incomplete. Check the connection and the free disk space there, then retry.`,
      );
  }
}

function unfit({ host, problem }: HostReadiness): JobHostError {
  const sentence = problem?.sentence ?? `${host} cannot run jobs.`;
  return problem?.kind === 'sudo' ? new SudoRefused(sentence) : new JobHostError(sentence);
}

async function ask(options: AskOptions): Promise<{ readonly line: string | null; readonly said: string }> {
  await requireReady(options);
  let line: string | null = null;
  const reader = createFrameReader({
    onBytes: () => undefined,
    onLine: ({ mark, text }) => {
      if (mark === 'X') line = text;
    },
  });
  const { exitCode, stdout, stderr } = await options.root.exec({
    host: options.host,
    words: verbWords(options),
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    deadlineSeconds: options.deadlineSeconds,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  reader.push(Buffer.from(stdout));
  return { line, said: `exit code ${String(exitCode)}, ${stderr.trim().slice(-300) || 'no message'}` };
}
