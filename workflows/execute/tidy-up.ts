import type { HostName } from '../../schema/names';
import { isGood } from '../../schema/outcome';
import { byHand } from '../../schema/step-name';
import { type Batch, type CommandStep, type Step } from '../../schema/plan';
import type { Owed } from '../../schema/status';
import { finallyPhaseId } from './journal';
import { attempt, type Run } from './run';

/**
 * Puts back what this run put there, when every step has settled. It asks nothing, and a pause does not hold it: what
 * cannot be put back is owed, with the command that does it. What only a person can put back is as the last phase left
 * it when nothing is half-done, and owed otherwise.
 *
 * `whole`: nothing is half-done, so the guards go as well. Otherwise they stay, and are owed.
 */
export async function tidyUp(options: { run: Run; whole: boolean }): Promise<void> {
  const { run, whole } = options;
  const { always, resolved } = run.plan.finally;
  const gone = new Set(run.leftOut);
  const batches = [...(run.served === null ? [] : [run.served]), ...always, ...(whole ? resolved : [])];
  run.journal.tidying(batches);
  for (const batch of batches) {
    await Promise.all(batch.hosts.map((host) => putBack({ run, whole, batch, host, gone })));
  }
  if (!whole) run.journal.owes(owedOf({ runId: run.plan.runId, batches: resolved }));
  const { owed } = run.journal.progress();
  run.journal.phase({ id: finallyPhaseId, state: owed.length === 0 ? 'complete' : 'stopped' });
}

async function putBack(options: {
  run: Run;
  whole: boolean;
  batch: Batch;
  host: HostName;
  gone: Set<HostName>;
}): Promise<void> {
  const { run, whole, batch, host, gone } = options;
  for (const step of batch.steps) {
    const back = step.kind === 'confirm' ? whole : await ranAgain({ run, host, step, gone });
    if (back) run.journal.settled(finallyPhaseId);
    else run.journal.owes([owedStep({ runId: run.plan.runId, host, step })]);
  }
}

async function ranAgain(options: {
  run: Run;
  host: HostName;
  step: CommandStep;
  gone: Set<HostName>;
}): Promise<boolean> {
  const { run, host, step, gone } = options;
  if (gone.has(host)) return false;
  // A new generation each time: the same serving step was run by its phase already, and a job never starts twice.
  const call = { host, step, generation: run.effects.newGeneration(), waits: 0, attachOnly: false };
  const phase = { id: finallyPhaseId, altersCloud: false };
  const outcome = await attempt({ run, phase, call, pointless: () => false });
  if (outcome.kind === 'unreachable' || outcome.kind === 'fenced') gone.add(host);
  return isGood(outcome);
}

/** Everything these batches would do, as commands for a person. */
export function owedOf(options: { runId: string; batches: readonly Batch[] }): Owed[] {
  const { runId, batches } = options;
  return batches.flatMap(({ hosts, steps }) =>
    hosts.flatMap((host) => steps.map((step) => owedStep({ runId, host, step }))),
  );
}

function owedStep(options: { runId: string; host: HostName; step: Step }): Owed {
  const { runId, host, step } = options;
  if (step.kind === 'confirm') return { host, title: step.title, command: `# A person does it: ${step.question}` };
  return { host, title: step.title, command: byHand({ runId, stepId: step.id }) };
}
