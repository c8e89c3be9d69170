import { lostObjectsIn, lostObjectsSentence } from '../../schema/lost-objects';
import { isGood } from '../../schema/outcome';
import type { Phase } from '../../schema/plan';
import { listed } from '../../schema/names';
import { previewOf } from '../../schema/walk-plan';
import { schemasRestored } from '../../schema/way-back';
import { ended } from './choices';
import { begun } from './roll-back';
import { attempt, stop, stopOf, type Run } from './run';

/** Named by everybody who accepts that users lose what they wrote; the same id as in the plan of a later rollback. */
const writesAreLost = 'writes-are-lost';

/**
 * A person chose to roll back. Where users could write since the dump, what they would lose is read now, shown, and accepted by name
 * before anything is undone. False: they keep it, and the question before is asked again.
 */
export async function chooseRollBack(options: { run: Run; phase: Phase }): Promise<boolean> {
  const { run } = options;
  const accepted = await lossAccepted(options);
  if (accepted) stop(run, 'rollingBack');
  return accepted || stopOf(run) !== null;
}

async function lossAccepted({ run, phase }: { run: Run; phase: Phase }): Promise<boolean> {
  const preview = previewOf(begun(run));
  if (preview === null) return true;
  const { host, probe } = preview;
  const call = { host, step: probe, generation: run.effects.newGeneration(), waits: 0, attachOnly: false };
  const seen = await attempt({ run, phase, call });
  const lost = isGood(seen)
    ? lostObjectsSentence(lostObjectsIn(seen.stdoutTail))
    : `${ended(seen.sentence)} ${lostObjectsSentence(null)}`;
  const decision = await run.effects.ask({
    about: { kind: 'loss', phaseId: phase.id },
    question: [
      `Restore ${listed(schemasRestored(begun(run)))}? What users wrote since the dump is lost.`,
      lost,
      'The databases as they are now are dumped first. What users made elsewhere with them (servers, files) stays, and no service knows it any more.',
      `The full list: /var/lib/openstack-upgrade/restore-points/${run.plan.runId}/db/lost-${run.plan.runId} on ${host}.`,
    ].join('\n'),
    choices: ['approve', 'reject'],
    approvers: run.plan.approvers,
    warnings: [writesAreLost],
    withdrawn: () => stopOf(run) !== null,
  });
  return decision?.choice === 'approve';
}
