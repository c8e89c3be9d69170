import type { RollbackChoice } from '../../schema/decision';
import {
  lossesOf,
  type LostObjects,
  lostObjectsIn,
  lostObjectsSentence,
  writesAreLost,
} from '../../schema/lost-objects';
import { isGood } from '../../schema/outcome';
import { restorePointOf, type Phase } from '../../schema/plan';
import { listed } from '../../schema/names';
import { ended } from './choices';
import { previewFor, restoredBy } from './roll-back';
import { attempt, stop, stopOf, type Run } from './run';

interface Chosen {
  readonly run: Run;
  readonly phase: Phase;
  readonly choice: RollbackChoice;
}

/**
 * A person chose to roll back. Where users could write since the dump, what they would lose is read now, shown, and accepted by name
 * before anything is undone. False: they keep it, and the question before is asked again.
 */
export async function chooseRollBack(options: Chosen): Promise<boolean> {
  const { run, choice } = options;
  const accepted = await lossAccepted(options);
  if (accepted) {
    run.chosen = choice;
    stop(run, 'rollingBack');
  }
  return accepted || stopOf(run) !== null;
}

async function lossAccepted({ run, phase, choice }: Chosen): Promise<boolean> {
  const preview = previewFor({ run, choice });
  if (preview === null) return true;
  const { host, probe } = preview;
  const call = { host, step: probe, generation: run.effects.newGeneration(), waits: 0, attachOnly: false };
  const seen = await attempt({ run, phase, call });
  const lost = isGood(seen) ? lostObjectsIn(seen.stdoutTail) : null;
  const words = lost === null ? `${ended(seen.sentence)} ${lostObjectsSentence(null)}` : lostObjectsSentence(lost);
  const decision = await run.effects.ask({
    about: { kind: 'loss', phaseId: phase.id },
    question: [
      `Restore ${listed(restoredBy({ run, choice }))}? What users wrote since the dump is lost.`,
      words,
      'The databases as they are now are dumped first. What users made elsewhere with them (servers, files) stays, and no service knows it any more.',
      ...(choice === 'rollBackWithRestore'
        ? [
            'What was in progress in the dump is in progress again, with nobody at work on it: the run names it once the APIs are open.',
          ]
        : []),
      `The full list: ${restorePointOf(run.plan)}/db/lost-${run.plan.runId} on ${host}.`,
    ].join('\n'),
    choices: ['approve', 'reject'],
    approvers: run.plan.approvers,
    warnings: toAccept({ run, lost }),
    withdrawn: () => stopOf(run) !== null,
  });
  return decision?.choice === 'approve';
}

/** Named by everybody who accepts that users lose what they wrote; the same ids as in the plan of a later rollback. */
function toAccept({ run, lost }: { run: Run; lost: LostObjects | null }): readonly string[] {
  return [writesAreLost, ...(run.effects.acceptsByKind ? lossesOf(lost).map(({ id }) => id) : [])];
}
