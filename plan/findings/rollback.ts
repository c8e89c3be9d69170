import { counted, listed } from '../../schema/names';
import { type Finding, type Phase, type Plan, serviceNames } from '../../schema/plan';
import { phasesBack } from '../../schema/walk-plan';
import { schemasRestored } from '../../schema/way-back';
import { type Holder, mayTakeOver } from '../../schema/lock-holder';
import { namesPoint } from '../change';
import type { Losses, ObjectChange } from '../scope/restore-point';

/** Why a run cannot be rolled back by another one. */
export function rollbackBlockers({ old, begun }: { old: Plan; begun: readonly Phase[] }): Finding[] {
  if (old.kind !== 'full')
    return [
      blocker({
        id: 'rollback-of-rolling-run',
        text: `Run ${old.runId} upgraded host by host. Its rollback is proved from its own gates only, and not by another run.`,
        remedy: `answer rollBack at a gate of that run while it is open. Afterwards, follow "Rollback" in its RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${old.runId}, by hand.`,
      }),
    ];
  const byHand = begun.find(({ wayBack }) => wayBack.kind === 'restore' && wayBack.phases.length === 0);
  if (byHand !== undefined)
    return [
      blocker({
        id: 'rollback-by-hand',
        text: `The plan of run ${old.runId} does not say how "${byHand.title}" is undone: an earlier release of this product made it.`,
        remedy: `roll back by hand with RUNBOOK.txt in /var/lib/openstack-upgrade/runs/${old.runId}; docs/operate.md has the order.`,
      }),
    ];
  const steps = phasesBack(begun).flatMap(({ batches }) => batches.flatMap((batch) => batch.steps));
  if (steps.every((step) => step.kind === 'confirm' || namesPoint(step.script))) return [];
  return [
    blocker({
      id: 'restore-point-of-earlier-release',
      text: `The commands of run ${old.runId} were written by an earlier release of this product and find the restore point only within that run.`,
      remedy: `roll back by hand with the scripts in /var/lib/openstack-upgrade/runs/${old.runId}/steps; docs/operate.md has the order.`,
    }),
  ];
}

/** Whose the cloud is now: a rollback takes it from the run that it undoes, and from an earlier rollback of that run. */
export function holderFindings({ old, holder }: { old: Plan; holder: Holder }): Finding[] {
  const { runId, workflowId } = holder;
  if (runId === null) return [];
  const workflow = workflowId ?? '(unknown)';
  if (!mayTakeOver({ holder, restorePoint: old.runId }))
    return [
      blocker({
        id: 'cloud-locked',
        text: `Run ${runId} (workflow ${workflow}) has the lock of ${old.cloud}. It is not the run that would be rolled back.`,
        remedy: 'wait until that run ends, or roll that run back. If it was terminated, start openstackFinish.',
      }),
    ];
  return [
    {
      id: 'run-holds-the-cloud',
      level: 'warning',
      host: null,
      text: `Run ${runId} (workflow ${workflow}) still has the lock of ${old.cloud}. The rollback takes it: every host refuses that run from then on.`,
      remedy: `make sure that workflow ${workflow} is not running any more, then accept.`,
      sources: ['R-OPS-61'],
    },
  ];
}

function blocker(parts: Pick<Finding, 'id' | 'text' | 'remedy'>): Finding {
  return { ...parts, level: 'blocker', host: null, sources: ['R-OPS-58'] };
}

/** What a person accepts by name: nobody learns afterwards that a restore takes writes away. */
export function rollbackLosses({
  old,
  begun,
  lost,
}: {
  old: Plan;
  begun: readonly Phase[];
  lost: Losses | null;
}): Finding[] {
  const schemas = schemasRestored(begun);
  if (schemas.length === 0) return [];
  const names = listed(serviceNames(old));
  return [
    {
      id: 'writes-are-lost',
      level: 'warning',
      host: null,
      text:
        `The databases ${listed(schemas)} are restored as they were when run ${old.runId} had stopped the services. What users wrote to ` +
        `${names} since then is lost; what was built for it elsewhere stays, and no service knows it any more. ${lostObjects(lost)}`,
      remedy:
        'fix the upgraded cloud instead, where that is possible. The databases as they are now are kept as dumps.',
      sources: ['R-OPS-56', 'R-OPS-59'],
    },
  ];
}

function lostObjects(lost: Losses | null): string {
  if (lost === null) return 'What that is, nobody has listed.';
  const { changes, unknown } = lost;
  return [
    objectsSentence({ what: 'created', changes, verb: 'Created since then, and lost' }),
    objectsSentence({ what: 'deleted', changes, verb: 'Deleted since then, and there again' }),
    ...(unknown.length === 0 ? [] : [`What changed in ${listed(unknown)} cannot be listed.`]),
    'Changes of what existed then, and records of other kinds, are not listed.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** `Created since then, and lost: 2 stacks (web, shop), 1 user (eva).` */
function objectsSentence(options: {
  what: ObjectChange['what'];
  changes: readonly ObjectChange[];
  verb: string;
}): string {
  const { what, changes, verb } = options;
  const own = changes.filter((one) => one.what === what);
  const nouns = [...new Set(own.map(({ noun }) => noun))];
  const parts = nouns.map((noun) => {
    const named = own.filter((one) => one.noun === noun).map(({ id, name }) => (name === '' ? id : name));
    const rest = named.length - shownNames;
    const shown = named.slice(0, shownNames).join(', ');
    return `${counted({ count: named.length, noun })} (${rest > 0 ? `${shown} and ${String(rest)} more` : shown})`;
  });
  return parts.length === 0 ? `${verb}: nothing that is listed.` : `${verb}: ${parts.join(', ')}.`;
}

/** Enough to recognise; all of them would bury the plan's other words. */
const shownNames = 8;
