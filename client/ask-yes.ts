import { requireTerminal } from './answer-at-terminal';

/** One question at a terminal, whose default is no. */
export async function askYes(options: { readonly text: string; readonly question: string }): Promise<boolean> {
  requireTerminal();
  const { confirm, isCancel, note } = await import('@clack/prompts');
  note(options.text);
  const said = await confirm({ message: options.question, initialValue: false });
  return !isCancel(said) && said;
}
