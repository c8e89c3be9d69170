import type { Choice } from '../../schema/decision';
import type { Effect } from '../../schema/effect';
import type { CommandStep } from '../../schema/plan';

/**
 * What later steps of a plan rest on: a dump without which a migration cannot be undone, the schema without which new code must not start,
 * the code itself. Nobody passes over one with a word that means "it does not matter": it is done, or a person says that it is (R-OPS-34, R-OPS-42).
 */
export function withoutPassingOver(options: { step: CommandStep; choices: readonly Choice[] }): readonly Choice[] {
  const { step, choices } = options;
  const effects = step.kind === 'change' ? (step.effects ?? []) : [];
  const never: readonly Choice[] = [
    ...(effects.some((effect) => isDump(effect) || effect.kind === 'schema' || effect.kind === 'code')
      ? (['skip'] as const)
      : []),
    // One runner: without its host nobody does it.
    ...(effects.some((effect) => isDump(effect) || effect.kind === 'schema') ? (['leaveHostOut'] as const) : []),
  ];
  return choices.filter((choice) => !never.includes(choice));
}

/** DDL is not transactional: what failed in the middle has altered something (trap 5). */
export function migrates(step: CommandStep): boolean {
  return step.kind === 'change' && step.effects?.some(({ kind }) => kind === 'schema') === true;
}

function isDump(effect: Effect): boolean {
  return effect.kind === 'thing' && effect.exists && /^(loaded )?dump /.test(effect.thing);
}
