import type { HostName } from '../../schema/names';
import type { Confirm, Phase } from '../../schema/plan';
import { confirmChoices } from './choices';
import { stop, stopOf, type Run } from './run';
import type { Barrier, Settled } from './settle-step';
import { chooseRollBack } from './choose-roll-back';
import { isRollback, rollbacksOf } from './roll-back';
import { rollbackLines } from './rollback-cost';

/**
 * Asks a person to do a step and waits for the word that it is done. From the question on the cloud counts as altered:
 * nobody knows how far a person has come who answers with abort.
 */
export async function confirmStep(options: {
  run: Run;
  phase: Phase;
  barrier: Barrier;
  host: HostName;
  step: Confirm;
}): Promise<Settled> {
  const { run, phase, barrier, host, step } = options;
  if (phase.altersCloud) run.altered = true;
  barrier.questions.open++;
  const answered = await askUntilSettled({ run, phase, host, step });
  barrier.questions.open--;
  return answered;
}

async function askUntilSettled(options: { run: Run; phase: Phase; host: HostName; step: Confirm }): Promise<Settled> {
  const { run, phase, host, step } = options;
  for (;;) {
    const choices = confirmChoices({ rollbacks: rollbacksOf(run) });
    const decision = await run.effects.ask({
      about: { kind: 'confirm', phaseId: phase.id, stepId: step.id, host },
      question: [step.question, ...rollbackLines({ run, choices })].join('\n'),
      choices,
      approvers: [],
      warnings: [],
      withdrawn: () => stopOf(run) !== null,
    });
    if (decision?.choice === 'markDone') return 'next';
    if (isRollback(decision?.choice) && !(await chooseRollBack({ run, phase, choice: decision.choice }))) continue;
    if (decision?.choice === 'abort') stop(run, 'aborted');
    return 'stopped';
  }
}
