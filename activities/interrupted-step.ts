import type { ChangeToRun } from '../schema/step-to-run';
import { lastWords } from './last-words';
import { redact } from './redact';
import { SudoRefused, TransportError } from '../remote';
import { type StepEnd, type StepRun } from './step-run';

/**
 * Nobody knows how far it came, but its effect can be looked at: a step that is to be checked may turn out to be done; of
 * any other, what is seen stands beside the question. The last words of the command stand there too.
 */
export async function lookedAfter(options: {
  run: StepRun<ChangeToRun>;
  end: StepEnd;
  look: string | null;
}): Promise<StepEnd> {
  const { run, end, look } = options;
  const { step, host } = run.input;
  const last = lastWords(end.stderrTail, end.stdoutTail);
  const words = last === '' ? ' It had no output.' : ` Last output: ${last}`;
  if (look === null) return { ...end, sentence: `${end.sentence}${words}` };
  const seen = await lookAtEffect({ run, look });
  if (seen.holds && step.onInterrupted === 'check')
    return {
      ...end,
      kind: 'done',
      sentence: `${host}: ${step.title}: was interrupted, but its check passes: done`,
    };
  return { ...end, sentence: `${end.sentence}${words} Current state: ${seen.said}` };
}

async function lookAtEffect(options: {
  run: StepRun<ChangeToRun>;
  look: string;
}): Promise<{ readonly holds: boolean; readonly said: string }> {
  const { reach, signal, input } = options.run;
  const { host, runId } = input;
  try {
    const { exitCode, stdout, stderr } = await reach.root.run({
      host,
      script: options.look,
      environment: { OSU_RUN: runId, OSU_HOST: host },
      deadlineSeconds: 120,
      signal,
    });
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    return { holds: exitCode === 0, said: redact(lines.slice(0, 8).join('; ')).slice(0, 1200) || 'nothing' };
  } catch (error) {
    if (signal.aborted || !(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return { holds: false, said: `not known, because the host could not be read: ${error.message}` };
  }
}
