import { choiceMeaning } from '../schema/words';
import type { Choice, Gate } from '../schema/decision';

/** What a person decided at a terminal. */
export interface PersonsAnswer {
  readonly choice: Choice;
  readonly by: string;
  readonly reason: string;
  readonly accept: readonly string[];
}

/**
 * Asks at a terminal: the question, its choices with their meaning, the warnings to accept by name, who and why. Null:
 * the person does not want to answer, and nothing is sent. Loads the library only here: it takes the terminal over.
 */
export async function askPerson(options: { readonly gate: Gate; readonly by: string }): Promise<PersonsAnswer | null> {
  const { gate, by: login } = options;
  const { confirm, isCancel, multiselect, note, select, text } = await import('@clack/prompts');
  note(gate.question, `gate ${gate.code}`);
  const choice = await select<Choice>({
    message: 'What do you decide?',
    options: gate.choices.map((value) => ({
      value,
      label: value,
      hint: choiceMeaning({ about: gate.about, choice: value }),
    })),
  });
  if (isCancel(choice)) return null;
  const accept =
    choice === 'approve' && gate.accept.length > 0
      ? await multiselect({
          message: 'Which warnings do you accept? Space marks one; approval needs all of them.',
          options: gate.accept.map((id) => ({ value: id, label: id })),
          required: true,
        })
      : [];
  if (isCancel(accept)) return null;
  const by = await text({ message: 'Who decides?', initialValue: login, validate: required('a name') });
  if (isCancel(by)) return null;
  const reason = await text({ message: 'Why? For the report, for example a ticket.', defaultValue: '' });
  if (isCancel(reason)) return null;
  const sure = await confirm({ message: `Send: ${choice}, by ${by}?` });
  return isCancel(sure) || !sure ? null : { choice, by, reason, accept };
}

function required(what: string): (value: string | undefined) => string | undefined {
  return (value) => (value === undefined || value.trim() === '' ? `Type ${what}.` : undefined);
}
