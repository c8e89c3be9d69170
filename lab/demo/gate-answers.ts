import type { UpgradeClient } from '../../client/upgrade-client';
import type { Choice, Gate } from '../../schema/decision';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';

/** What the demo answers gates with. */
export interface Answering {
  readonly upgrade: UpgradeClient;
  readonly workflowId: string;
  /** One of the cloud file's approvers. */
  readonly by: string;
  readonly yes: boolean;
  readonly terminal: boolean;
  readonly say: Say;
  /** Shows the runbook once, before the first question. */
  readonly showRunbook: () => Promise<void>;
}

/** What somebody decided, or that they would rather stop the whole demo. */
type Decided =
  { readonly kind: 'answer'; readonly choice: Choice; readonly reason: string } | { readonly kind: 'stop' };

/**
 * Answers one gate: by a person on a terminal, else by the demo itself. A failure has no answer without a person: the
 * run is aborted, which tidies up, and the caller ends with exit code 1.
 * @throws LabError when the person wants the demo to stop
 */
export async function answerGate(options: { gate: Gate; answering: Answering }): Promise<void> {
  const { gate, answering } = options;
  if (gate.about.kind === 'plan') await answering.showRunbook();
  const decided = await decisionFor(options);
  if (decided.kind === 'stop') throw new LabError('Stopped at a question. Nothing more is started.');
  answering.say(await send({ gate, answering, choice: decided.choice, reason: decided.reason }));
}

async function decisionFor(options: { gate: Gate; answering: Answering }): Promise<Decided> {
  const { gate, answering } = options;
  const approvable = gate.choices.includes('approve');
  if (answering.terminal && !(answering.yes && approvable)) return askPerson(options);
  if (approvable) return { kind: 'answer', choice: 'approve', reason: 'the demo approves automatically' };
  answering.say(`${gate.question} There is no terminal to ask, so the demo aborts the run.`);
  return { kind: 'answer', choice: 'abort', reason: 'the demo has no terminal to ask' };
}

async function askPerson(options: { gate: Gate; answering: Answering }): Promise<Decided> {
  const { gate, answering } = options;
  // Loaded only here: it takes the terminal's input over, and a run without one needs none of it.
  const { isCancel, note, select } = await import('@clack/prompts');
  const warnings =
    gate.accept.length === 0 ? '' : `\n\nIf you approve, you accept these warnings: ${gate.accept.join(', ')}`;
  note(`${gate.question}${warnings}`, `gate ${gate.code}`);
  const choice = await select<Choice>({
    message: `${answering.by}, what do you decide?`,
    options: gate.choices.map((value) => ({ value, label: value })),
  });
  return isCancel(choice) ? { kind: 'stop' } : { kind: 'answer', choice, reason: 'decided in the demo' };
}

function send(options: { gate: Gate; answering: Answering; choice: Choice; reason: string }): Promise<string> {
  const { gate, answering, choice, reason } = options;
  const { upgrade, workflowId, by } = answering;
  const message = { gate: gate.code, by, reason };
  switch (choice) {
    case 'approve':
      return upgrade.approve(workflowId, { ...message, accept: [...gate.accept] });
    case 'reject':
      return upgrade.reject(workflowId, message);
    default:
      return upgrade.decide(workflowId, { ...message, choice });
  }
}
