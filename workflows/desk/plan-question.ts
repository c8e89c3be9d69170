import { roughly } from '../../schema/duration-words';
import type { ExpectedTimes } from '../../schema/expected-times';
import { expectedOf, expectedSentences } from '../../schema/expected-words';
import { counted, listed } from '../../schema/names';
import { type Finding, type Phase, type Plan, serviceNames } from '../../schema/plan';
import { withoutConfirms } from '../../schema/walk-plan';
import { schemasRestored } from '../../schema/way-back';

/**
 * What a person is asked who has not opened the runbook yet: what it is about, how large it is, how long it takes and how long services
 * are closed, what to accept, what happens, and what else planning saw. The most urgent first: the page cuts long questions.
 */
export function planQuestion(options: { plan: Plan; times: ExpectedTimes | null }): string {
  const { plan, times } = options;
  const of = (level: Finding['level']): readonly string[] =>
    plan.findings.filter((finding) => finding.level === level).map(({ id, text }) => `- ${id}: ${text}`);
  const [warnings, notes] = [of('warning'), of('note')];
  return [
    `${plan.kind === 'rollback' ? 'Roll back' : 'Upgrade'} ${serviceNames(plan).join(', ')} on ${plan.cloud} from ${plan.from} to ${plan.to}?`,
    ...(plan.phases.length === 0 ? [] : [size(plan)]),
    ...(times === null ? [] : ['', ...expectedSentences({ times, plan })]),
    ...(warnings.length === 0 ? [] : ['', 'Warnings. Accept each one by its id:', '', ...warnings]),
    '',
    ...plan.phases.map((phase, index) => phaseLine({ phase, index, times })),
    ...(notes.length === 0 ? [] : ['', 'Notes. There is nothing to accept:', '', ...notes]),
  ].join('\n');
}

/** `2. Stop: APIs closed, services locked (30 s). Every API serves with the installed code, then none.` */
function phaseLine(options: {
  phase: Pick<Phase, 'id' | 'title' | 'impact'>;
  index: number;
  times: ExpectedTimes | null;
}): string {
  const { phase, index, times } = options;
  const expected = expectedOf({ times, id: phase.id });
  const time = expected === null ? '' : ` (${roughly(expected.seconds)})`;
  return `${String(index + 1)}. ${phase.title}${time}. ${phase.impact}`;
}

/** `5 hosts, 166 steps; 14 packages on ctl1 and ctl2; databases keystone and heat.` */
function size({ hosts, phases, packageSets }: Plan): string {
  const batches = phases.flatMap((phase) => [
    ...phase.batches,
    ...(phase.serving === null ? [] : [withoutConfirms(phase.serving)]),
  ]);
  const steps = batches.reduce((sum, batch) => sum + batch.hosts.length * batch.steps.length, 0);
  const packages = packageSets.map(
    (set) => `${counted({ count: set.packages.length, noun: 'package' })} on ${listed(set.hosts)}`,
  );
  const schemas = schemasRestored(phases);
  return `${[
    `${counted({ count: hosts.length, noun: 'host' })}, ${counted({ count: steps, noun: 'step' })}`,
    ...packages,
    ...(schemas.length === 0 ? [] : [`${schemas.length === 1 ? 'database' : 'databases'} ${listed(schemas)}`]),
  ].join('; ')}.`;
}
