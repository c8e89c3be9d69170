import type { Choice } from '../../schema/decision';
import type { HostName } from '../../schema/names';
import { isGood } from '../../schema/outcome';
import { stagesOf, withoutConfirms } from '../../schema/walk-plan';
import { type Batch, type BoundProbe, type Phase } from '../../schema/plan';
import { confirmStep } from './confirm-step';
import { attempt, stop, stopOf, turnToStart, type Run } from './run';
import { settleStep, type Barrier, type Questions } from './settle-step';
import { closedSentence } from './closed-apis';
import { chooseRollBack } from './choose-roll-back';
import { isRollback, rollbacksOf } from './roll-back';
import { rollbackLines } from './rollback-cost';

/** One phase: its gate, its preconditions, its batches, and the state of the load balancer it ends with. */
export async function runPhase(options: { run: Run; phase: Phase }): Promise<void> {
  const { run, phase } = options;
  const answer = await gateOpens(options);
  if (answer === 'leftOut') run.journal.phase({ id: phase.id, state: 'leftOut' });
  if (answer !== 'open' || !(await turnToStart({ run }))) return;
  run.journal.phase({ id: phase.id, state: 'running' });
  const batches = phase.serving === null ? phase.batches : [...phase.batches, withoutConfirms(phase.serving)];
  const may = await preconditionsHold(options);
  if (may === 'leftOut') {
    run.journal.phase({ id: phase.id, state: 'leftOut' });
    return;
  }
  if (may === 'open') {
    for (const lanes of stagesOf(batches)) {
      const questions: Questions = { open: 0 };
      await Promise.all(lanes.map((lane) => runLane({ run, phase, lane, questions })));
    }
  }
  const stopped = stopOf(run) !== null;
  run.journal.phase({ id: phase.id, state: stopped ? 'stopped' : 'complete' });
  if (stopped) return;
  run.served = phase.serving ?? run.served;
  run.effects.phaseEnded(run.journal.progress());
}

/** A question of one lane holds the others at their next step. */
async function runLane(options: {
  run: Run;
  phase: Phase;
  lane: readonly Batch[];
  questions: Questions;
}): Promise<void> {
  const { run, phase, lane, questions } = options;
  for (const batch of lane) {
    if (stopOf(run) !== null) break;
    await runBatch({ run, phase, batch, questions });
  }
}

/** Each host walks its own list; the batch ends when every host has. */
async function runBatch(options: { run: Run; phase: Phase; batch: Batch; questions: Questions }): Promise<void> {
  const { run, batch, questions } = options;
  const barrier: Barrier = { questions, leftOut: 0 };
  const hosts = batch.hosts.filter((host) => !run.leftOut.has(host));
  await Promise.all(hosts.map((host) => walkHost({ ...options, barrier, host })));
}

async function walkHost(options: {
  run: Run;
  phase: Phase;
  batch: Batch;
  barrier: Barrier;
  host: HostName;
}): Promise<void> {
  const { run, phase, batch, barrier, host } = options;
  for (const step of batch.steps) {
    // A neighbour that was let through in the same moment may have asked a person since.
    do {
      if (!(await turnToStart({ run, free: () => barrier.questions.open === 0 }))) return;
    } while (barrier.questions.open > 0);
    // By an answer in another lane.
    if (run.leftOut.has(host)) return;
    const settled =
      step.kind === 'confirm' ? await confirmStep({ ...options, step }) : await settleStep({ ...options, step });
    if (settled !== 'next') return;
    run.journal.settled(phase.id);
  }
}

/** closed: the run stops before the phase. leftOut: a person left the phase undone, and the run goes on. */
type Entry = 'open' | 'closed' | 'leftOut';

async function gateOpens(options: { run: Run; phase: Phase }): Promise<Entry> {
  const { run, phase } = options;
  const about = { kind: 'phase', phaseId: phase.id } as const;
  if (phase.gate === null) return 'open';
  if (phase.gate.automatic) {
    run.effects.recordAutomatic({ about, choice: 'approve', reason: 'the request answers this gate' });
    return 'open';
  }
  for (;;) {
    const choices: readonly Choice[] = [
      'approve',
      ...(phase.gate.mayBeLeftOut ? (['leavePhaseOut'] as const) : []),
      'reject',
      ...rollbacksOf(run),
    ];
    const decision = await run.effects.ask({
      about,
      question: [phase.gate.question, ...closedSentence(run), ...rollbackLines({ run, choices })].join('\n'),
      choices,
      approvers: run.plan.approvers,
      warnings: [],
      withdrawn: () => stopOf(run) !== null,
    });
    if (isRollback(decision?.choice) && !(await chooseRollBack({ run, phase, choice: decision.choice }))) continue;
    if (decision?.choice === 'leavePhaseOut') return 'leftOut';
    if (decision?.choice === 'reject') stop(run, 'aborted');
    return decision?.choice === 'approve' ? 'open' : 'closed';
  }
}

/**
 * Looks whether the cloud is what the plan was made for. Also the second guard behind every gate: a Temporal reset may
 * repeat an old approval, but not an old state of the hosts.
 */
async function preconditionsHold(options: { run: Run; phase: Phase }): Promise<Entry> {
  const { run, phase } = options;
  const spare = phase.gate?.mayBeLeftOut === true;
  for (let generation = '0'; ; generation = run.effects.newGeneration()) {
    if (!(await turnToStart({ run }))) return 'closed';
    const broken = await brokenOnes({ run, phase, generation });
    if (stopOf(run) !== null) return 'closed';
    if (broken.length === 0) return 'open';
    const choices: readonly Choice[] = ['retry', spare ? 'leavePhaseOut' : 'markDone', ...rollbacksOf(run), 'abort'];
    const decision = await run.effects.ask({
      about: { kind: 'drift', phaseId: phase.id },
      question: [driftQuestion({ broken, spare }), ...closedSentence(run), ...rollbackLines({ run, choices })].join(
        '\n',
      ),
      choices,
      approvers: [],
      warnings: [],
      withdrawn: () => stopOf(run) !== null,
    });
    if (decision?.choice === 'markDone') return 'open';
    if (decision?.choice === 'leavePhaseOut') return 'leftOut';
    if (decision?.choice === 'retry') continue;
    if (isRollback(decision?.choice) && !(await chooseRollBack({ run, phase, choice: decision.choice }))) continue;
    if (decision?.choice === 'abort') stop(run, 'aborted');
    return 'closed';
  }
}

function driftQuestion(options: { broken: readonly Broken[]; spare: boolean }): string {
  const { broken, spare } = options;
  const seen = broken.map(({ sentence }) => sentence).join('; ');
  const remedies = [...new Set(broken.flatMap(({ remedy }) => remedy ?? []))];
  return [
    spare
      ? `This phase cannot start now: ${seen}. Fix this and retry, or skip the phase (leavePhaseOut).`
      : `The cloud has changed since it was planned: ${seen}. Fix this and retry, or override the check (markDone).`,
    ...remedies.map((remedy) => `Fix: ${remedy}`),
  ].join('\n');
}

interface Broken {
  readonly sentence: string;
  readonly remedy: string | undefined;
}

async function brokenOnes(options: { run: Run; phase: Phase; generation: string }): Promise<Broken[]> {
  const { run, phase, generation } = options;
  const look = async ({ host, probe }: BoundProbe): Promise<Broken[]> => {
    const outcome = await attempt({ run, phase, call: { host, step: probe, generation, waits: 0, attachOnly: false } });
    return isGood(outcome) ? [] : [{ sentence: outcome.sentence, remedy: probe.remedy }];
  };
  const bound = phase.preconditions.filter(({ host }) => !run.leftOut.has(host));
  return (await Promise.all(bound.map(look))).flat();
}
