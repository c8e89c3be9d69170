import type { Change, CommandStep, Probe, Watch } from './plan';

/** What a worker needs of a step: without the texts that only people read, so that history stays small. */
export type StepToRun = ProbeToRun | Watch | ChangeToRun;

export type ProbeToRun = Omit<Probe, 'remedy' | 'repair' | 'proves'>;

export type ChangeToRun = Omit<Change, 'check' | 'run' | 'effects'>;

export function stepToRun(step: CommandStep): StepToRun {
  if (step.kind === 'watch') return step;
  if (step.kind === 'probe') return probeToRun(step);
  const { kind, id, title, script, onInterrupted, whenUnknown, carries, timeoutSeconds, mutex, requirements } = step;
  const look = onInterrupted === 'rerun' || whenUnknown === undefined ? {} : { whenUnknown };
  const brought = carries === undefined ? {} : { carries };
  return { kind, id, title, script, onInterrupted, ...look, ...brought, timeoutSeconds, mutex, requirements };
}

function probeToRun(probe: Probe): ProbeToRun {
  const { kind, id, title, script, expect, retryForSeconds, everySeconds, timeoutSeconds, isRead, requirements } =
    probe;
  const read = isRead === undefined ? {} : { isRead };
  return { kind, id, title, script, expect, retryForSeconds, everySeconds, timeoutSeconds, ...read, requirements };
}
