import { askPerson, type PersonsAnswer } from '../../client/ask-person';
import { sendAnswer } from '../../client/send-answer';
import type { UpgradeClient } from '../../client/upgrade-client';
import type { Gate } from '../../schema/decision';
import { LabError } from '../machine/lab-error';
import type { Say } from '../machine/progress';

/** What the demo answers gates with. */
export interface Answering {
  readonly upgrade: UpgradeClient;
  readonly workflowId: string;
  /** One of the cloud file's approvers. */
  readonly by: string;
  readonly yes: boolean;
  /** The run is meant to fail: the demo answers with a rollback. */
  readonly failAt: string | null;
  readonly terminal: boolean;
  readonly say: Say;
  /** Shows the runbook once, before the first question. */
  readonly showRunbook: () => Promise<void>;
}

/**
 * Answers one gate: by a person on a terminal, else by the demo itself. A failure has no answer without a person: the
 * run is aborted, which tidies up, and the caller ends with exit code 1.
 * @throws LabError when the person wants the demo to stop
 */
export async function answerGate(options: { gate: Gate; answering: Answering }): Promise<void> {
  const { gate, answering } = options;
  if (gate.about.kind === 'plan') await answering.showRunbook();
  const decided = await decisionFor(options);
  if (decided === null) throw new LabError('Stopped at a question. Nothing more is started.');
  const { upgrade, workflowId } = answering;
  answering.say(await sendAnswer({ upgrade, run: workflowId, gate, answer: decided }));
}

async function decisionFor(options: { gate: Gate; answering: Answering }): Promise<PersonsAnswer | null> {
  const { gate, answering } = options;
  const { by, failAt, terminal, yes, say } = answering;
  const approvable = gate.choices.includes('approve');
  if (failAt !== null && gate.about.kind === 'failure' && gate.choices.includes('rollBack')) {
    say(gate.question);
    return { choice: 'rollBack', by, reason: `the demo made ${failAt} fail, and rolls back`, accept: [] };
  }
  if (terminal && !(yes && approvable)) return askPerson({ gate, by });
  if (approvable) return { choice: 'approve', by, reason: 'the demo approves automatically', accept: gate.accept };
  say(`${gate.question} There is no terminal to ask, so the demo aborts the run.`);
  return { choice: 'abort', by, reason: 'the demo has no terminal to ask', accept: [] };
}
