import type { ProbeToRun } from '../schema/step-to-run';
import { lastWords } from './last-words';
import { SudoRefused, TransportError, type ExecResult } from '../remote';
import { pauseFor } from './pause';
import { bare, type StepEnd, type StepRun } from './step-run';

/** Looks until it holds or its time is over. What it said last is the sentence: "3 stacks in progress: web, db, mail". */
export async function probeHost(run: StepRun<ProbeToRun>): Promise<StepEnd> {
  const { input, reach, memory, remember, signal, now } = run;
  const { step, host } = input;
  const lookingSinceAt = memory !== null && 'lookingSinceAt' in memory ? memory.lookingSinceAt : now().toISOString();
  // "Wait" at the gate is another activity, which begins its own time: no longer than before.
  const since = Date.parse(lookingSinceAt);
  const until = since + step.retryForSeconds * 1000;
  for (let looked = 1; ; looked++) {
    const look = await lookOnce(run);
    if (look.kind === 'done' || look.kind === 'hostFault') return look;
    remember({ lookingSinceAt, looked, said: look.sentence });
    const limit = look.kind === 'unreachable' ? until + reach.cloud.policy.unreachableSeconds * 1000 : until;
    if (now().getTime() >= limit)
      return { ...look, sentence: `${host}: ${step.title}: check failed: ${look.sentence}` };
    await pauseFor({ seconds: pauseSeconds({ step, waitedMs: now().getTime() - since }), signal });
  }
}

/** A process that starts answers in seconds, and users wait for it: of these at most a tenth is added. */
const soonest = { seconds: 0.25, everySeconds: 2, share: 0.1 } as const;

/** Looks that are seldom on purpose stay so. */
function pauseSeconds({ step, waitedMs }: { step: ProbeToRun; waitedMs: number }): number {
  const { everySeconds } = step;
  if (everySeconds > soonest.everySeconds) return everySeconds;
  return Math.min(everySeconds, Math.max(soonest.seconds, (waitedMs / 1000) * soonest.share));
}

async function lookOnce(run: StepRun<ProbeToRun>): Promise<StepEnd> {
  const { input, reach, signal } = run;
  const { step, host, runId } = input;
  try {
    const result = await reach.root.run({
      host,
      script: step.script,
      environment: { OSU_RUN: runId, OSU_HOST: host },
      deadlineSeconds: step.timeoutSeconds,
      signal,
    });
    return judge({ step, result });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof SudoRefused) return bare({ kind: 'hostFault', sentence: error.message });
    if (error instanceof TransportError) return bare({ kind: 'unreachable', sentence: error.message });
    throw error;
  }
}

function judge(options: { step: ProbeToRun; result: ExecResult }): StepEnd {
  const { step, result } = options;
  const { stdoutEquals, stdoutMatches } = step.expect;
  const said = lastWords(result.stdout, result.stderr) || `exit code ${String(result.exitCode)}, no output`;
  const holds =
    result.exitCode === 0 &&
    (stdoutEquals === undefined || result.stdout.trim() === stdoutEquals) &&
    (stdoutMatches === undefined || new RegExp(stdoutMatches).test(result.stdout));
  return {
    kind: holds ? 'done' : 'notReady',
    sentence: said,
    exitCode: result.exitCode,
    stillRunning: false,
    stdoutTail: result.stdout,
    stderrTail: result.stderr,
    jobId: null,
  };
}
