import { changeExit, type Watch } from '../schema/plan';
import { type ChangeToRun } from '../schema/step-to-run';
import type { JobResult, JobTail } from '../remote';
import { completeLines, lastWords } from './last-words';
import { bare, type StepEnd } from './step-run';

/** What the end of a job means for its step, in an operator's words. */
export function jobEnd(options: {
  step: ChangeToRun | Watch;
  host: string;
  result: Exclude<JobResult, { kind: 'detached' }>;
}): StepEnd {
  const { step, host, result } = options;
  const where = `${host}: ${step.title}`;
  switch (result.kind) {
    case 'exited':
      return { ...exitEnd({ where, result }), ...tails(result), jobId: result.jobId };
    case 'interrupted':
    case 'overtime':
      return {
        kind: result.kind,
        sentence: `${where}: ${result.text}`,
        exitCode: null,
        stillRunning: result.kind === 'overtime',
        ...tails(result),
        jobId: result.jobId,
      };
    case 'unreachable':
      return {
        ...bare({ kind: 'unreachable', sentence: `${where}: ${result.text}` }),
        stillRunning: result.mayBeRunning !== 'no',
        jobId: result.jobId,
      };
    case 'noSpace':
    case 'hostFault':
      return { ...bare({ kind: result.kind, sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    case 'fenced':
      return { ...bare({ kind: 'fenced', sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    case 'conflict':
    case 'hostStateLost':
      return { ...bare({ kind: 'hostFault', sentence: `${where}: ${result.text}` }), jobId: result.jobId };
    default:
      return result satisfies never;
  }
}

function exitEnd(options: {
  where: string;
  result: Extract<JobResult, { kind: 'exited' }>;
}): Pick<StepEnd, 'kind' | 'sentence' | 'exitCode' | 'stillRunning'> {
  const { where, result } = options;
  const { exitCode } = result;
  const plain = { exitCode, stillRunning: false };
  if (result.why === 'cancel')
    return {
      ...plain,
      kind: 'failed',
      sentence: `${where}: ended by a person. Check what it has done before you continue.`,
    };
  if (exitCode === 0) return { ...plain, kind: 'done', sentence: `${where}: done` };
  if (exitCode === changeExit.unchanged) return { ...plain, kind: 'unchanged', sentence: `${where}: already done` };
  const { stdoutTail, stderrTail } = tails(result);
  const why = lastWords(stderrTail, stdoutTail);
  const words =
    exitCode === changeExit.notTrueAfterwards
      ? 'the command succeeded, but its check still fails'
      : `exited ${String(exitCode)}`;
  return { ...plain, kind: 'failed', sentence: `${where}: ${words}${why === '' ? '' : `: ${why}`}` };
}

function tails(result: JobTail): Pick<StepEnd, 'stdoutTail' | 'stderrTail'> {
  return {
    stdoutTail: completeLines({ text: result.stdoutTail, ofBytes: result.stdoutBytes }),
    stderrTail: completeLines({ text: result.stderrTail, ofBytes: result.stderrBytes }),
  };
}
