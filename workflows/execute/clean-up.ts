import type { HostName } from '../../schema/names';
import { isGood } from '../../schema/outcome';
import { byHand } from '../../schema/step-name';
import { stagesOf } from '../../schema/walk-plan';
import { type Batch, type CommandStep, type Step } from '../../schema/plan';
import type { Owed } from '../../schema/status';
import { finallyPhaseId } from './journal';
import { attempt, type Run } from './run';

/**
 * Removes what this run put on the hosts, when every step has settled. It asks nothing, and a pause does not hold it: what
 * cannot be cleaned up is owed, with the command that does it. What only a person can do is as the last phase left it
 * when nothing is half-done, and owed otherwise.
 *
 * `complete`: nothing is half-done, so the guards go as well. Otherwise they stay, and are owed.
 */
export async function cleanUp(options: { run: Run; complete: boolean }): Promise<void> {
  const { run, complete } = options;
  const { always, resolved } = run.plan.finally;
  const gone = new Set(run.leftOut);
  const batches = [...(run.served === null ? [] : [run.served]), ...always, ...(complete ? resolved : [])];
  run.journal.cleaning(batches);
  for (const lanes of stagesOf(batches)) {
    await Promise.all(lanes.map((lane) => cleanUpLane({ run, complete, lane, gone })));
  }
  if (!complete) run.journal.owes(owedOf({ runId: run.plan.runId, batches: resolved }));
  const { owed } = run.journal.progress();
  run.journal.phase({ id: finallyPhaseId, state: owed.length === 0 ? 'complete' : 'stopped' });
}

async function cleanUpLane(options: {
  run: Run;
  complete: boolean;
  lane: readonly Batch[];
  gone: Set<HostName>;
}): Promise<void> {
  const { lane, ...rest } = options;
  for (const batch of lane) {
    await Promise.all(batch.hosts.map((host) => cleanUpHost({ ...rest, batch, host })));
  }
}

async function cleanUpHost(options: {
  run: Run;
  complete: boolean;
  batch: Batch;
  host: HostName;
  gone: Set<HostName>;
}): Promise<void> {
  const { run, complete, batch, host, gone } = options;
  for (const step of batch.steps) {
    const done = step.kind === 'confirm' ? complete : await ranAgain({ run, host, step, gone });
    if (done) run.journal.settled(finallyPhaseId);
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
  if (step.kind === 'confirm') return { host, title: step.title, command: `# For a person: ${step.question}` };
  return { host, title: step.title, command: byHand({ runId, stepId: step.id }) };
}
