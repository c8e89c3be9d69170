import { isGood, type Outcome } from '../schema/outcome';
import type { StepToRun } from '../schema/step-to-run';
import { changeHost, startWatch } from './change-step';
import { probeHost } from './probe-step';
import { redact } from './redact';
import type { StepEnd, StepRun } from './step-run';

/**
 * One step on one host. Every expected end is a returned outcome with a sentence for people; a lost worker, a bug or
 * a shutdown throws, and Temporal runs the activity again, which finds the same job.
 */
export async function runStep(run: StepRun): Promise<Outcome> {
  const { step } = run.input;
  const startedAt = run.now().toISOString();
  const ended = await endOf(run);
  return {
    stepId: step.id,
    host: run.input.host,
    generation: run.input.generation,
    startedAt,
    endedAt: run.now().toISOString(),
    ...ended,
    stdoutTail: tail({ step, kind: ended.kind, text: ended.stdoutTail }),
    stderrTail: tail({ step, kind: ended.kind, text: ended.stderrTail }),
  };
}

async function endOf(run: StepRun): Promise<StepEnd> {
  const { step } = run.input;
  switch (step.kind) {
    case 'probe':
      return probeHost({ ...run, input: { ...run.input, step } });
    case 'change':
      return changeHost({ ...run, input: { ...run.input, step } });
    case 'watch':
      return startWatch({ ...run, input: { ...run.input, step } });
    default:
      return step satisfies never;
  }
}

/** 8 KB for what a person decides by or the report tells, 2 KB for what went wrong, 200 characters otherwise: history is kept for years. */
function tail(options: { step: StepToRun; kind: Outcome['kind']; text: string }): string {
  const { step, kind, text } = options;
  const read = step.kind === 'probe' && step.isRead === true;
  return redact(text).slice(read ? -8192 : isGood({ kind }) ? -200 : -2048);
}
