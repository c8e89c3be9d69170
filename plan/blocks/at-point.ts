import type { Batch, Phase, Probe, Step } from '../../schema/plan';
import { fromRestorePoint } from '../change';
import { isOldTokenProof } from '../commands/token-proof';

/** The same phase for a run that returns to the restore point of another one. */
export function phaseAtPoint({ point, phase }: { point: string; phase: Phase }): Phase {
  return {
    ...phase,
    preconditions: phase.preconditions.map(({ host, probe }) => ({ host, probe: probeAtPoint({ point, probe }) })),
    batches: phase.batches.map((batch) => batchAtPoint({ point, batch })),
    serving: phase.serving === null ? null : batchAtPoint({ point, batch: phase.serving }),
  };
}

/** Of `finally` as well. */
export function batchAtPoint({ point, batch }: { point: string; batch: Batch }): Batch {
  return {
    ...batch,
    steps: batch.steps.filter((step) => !isOldTokenProof(step)).map((step) => stepAtPoint({ point, step })),
  };
}

function stepAtPoint({ point, step }: { point: string; step: Step }): Step {
  const script = (text: string): string => fromRestorePoint({ script: text, point });
  switch (step.kind) {
    case 'probe':
      return probeAtPoint({ point, probe: step });
    case 'change':
      return {
        ...step,
        script: script(step.script),
        ...(step.whenUnknown == null ? {} : { whenUnknown: script(step.whenUnknown) }),
        ...(step.confirmation === undefined ? {} : { confirmation: script(step.confirmation) }),
      };
    case 'watch':
      return { ...step, script: script(step.script) };
    case 'confirm':
      return step;
    default:
      return step satisfies never;
  }
}

export function probeAtPoint({ point, probe }: { point: string; probe: Probe }): Probe {
  return { ...probe, script: fromRestorePoint({ script: probe.script, point }) };
}
