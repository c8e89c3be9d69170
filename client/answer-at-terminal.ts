import type { Gate } from '../schema/decision';
import { askPerson } from './ask-person';
import { sendAnswer } from './send-answer';
import type { UpgradeClient } from './upgrade-client';
import { UpgradeError } from './upgrade-error';

interface AtTerminal {
  readonly upgrade: UpgradeClient;
  readonly id: string;
  readonly by: string;
}

/**
 * Asks the person at this terminal about the open gates of a run, one after the other.
 * @throws UpgradeError `gateNotOpen` when none is open, `messageInvalid` without a terminal
 */
export async function answerOpenGates(options: AtTerminal): Promise<void> {
  const { upgrade, id } = options;
  requireTerminal();
  const { gates } = await upgrade.status(id);
  if (gates.length === 0)
    throw new UpgradeError({ code: 'gateNotOpen', message: `${id} asks nothing now.`, workflowId: id });
  for (const gate of gates) await answerGate({ ...options, gate });
}

/** Asks about one gate. What is refused is said, and no error: the run is followed further. */
export async function answerGate(options: AtTerminal & { readonly gate: Gate }): Promise<void> {
  const { upgrade, id, by, gate } = options;
  const answer = await askPerson({ gate, by });
  const said =
    answer === null
      ? `Nothing was sent. Gate ${gate.code} stays open.`
      : await sendAnswer({ upgrade, run: id, gate, answer }).catch(refusalOf);
  process.stdout.write(`${said}\n`);
}

function refusalOf(error: unknown): string {
  if (error instanceof UpgradeError) return error.message;
  throw error;
}

export function requireTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new UpgradeError({
    code: 'messageInvalid',
    message: 'Questions are asked at a terminal, and this is none. Use approve, reject or decide with --gate.',
  });
}
