import type { Gate } from '../schema/decision';
import type { PersonsAnswer } from './ask-person';
import type { RunRef } from './run-ref';
import type { UpgradeClient } from './upgrade-client';

/** Sends an answer by the message that carries its choice. */
export function sendAnswer(options: {
  readonly upgrade: Pick<UpgradeClient, 'approve' | 'reject' | 'decide'>;
  readonly run: RunRef;
  readonly gate: Pick<Gate, 'code'>;
  readonly answer: PersonsAnswer;
}): Promise<string> {
  const { upgrade, run, gate, answer } = options;
  const { choice, by, reason, accept } = answer;
  const message = { gate: gate.code, by, reason };
  switch (choice) {
    case 'approve':
      return upgrade.approve(run, { ...message, accept: [...accept] });
    case 'reject':
      return upgrade.reject(run, message);
    default:
      return upgrade.decide(run, { ...message, choice });
  }
}
