import type { Choice } from '../../../schema/decision';
import type { Plan } from '../../../schema/plan';
import { executeToy, type ToyEnd } from './scripted-cloud';
import { scripted } from './scripted-fate';

export type Ends = NonNullable<Parameters<typeof scripted>[0]['ends']>;

/** A run with all that it asked, in order: what was offered, and in which words. */
export async function hearQuestions(options: {
  readonly plan: Plan;
  readonly ends: Ends;
  readonly answers: readonly Choice[];
}): Promise<ToyEnd & { readonly offered: readonly (readonly Choice[])[]; readonly questions: readonly string[] }> {
  const { plan, ends, answers } = options;
  const offered: (readonly Choice[])[] = [];
  const questions: string[] = [];
  const fate = scripted({ ends, answers });
  const end = await executeToy({
    plan,
    fate: {
      ...fate,
      answer: (gate) => {
        offered.push(gate.question.choices);
        questions.push(gate.question.question);
        return fate.answer(gate);
      },
    },
  });
  return { ...end, offered, questions };
}
