import type { UpgradeClient } from '../../client/upgrade-client';
import type { Choice, Gate } from '../../schema/decision';
import { rollId } from './rolling-proof';
import { sleep } from './upgrade-rig';

/** Answers until the answer has come in: a worker that dies may take one that was heard with it. */
export async function answer(options: {
  client: UpgradeClient;
  gate: Gate;
  choice: Exclude<Choice, 'reject'>;
}): Promise<void> {
  const { client, gate, choice } = options;
  const message = { gate: gate.code, by: 'ana', reason: 'test' };
  const until = Date.now() + 120_000;
  for (;;) {
    try {
      await (choice === 'approve'
        ? client.approve(rollId, { ...message, accept: [...gate.accept] })
        : client.decide(rollId, { ...message, choice }));
      return;
    } catch (error) {
      const seen = await client.status(rollId).catch(() => null);
      if (seen !== null && !seen.gates.some(({ code }) => code === gate.code)) return;
      if (Date.now() > until) throw error;
      await sleep(1000);
    }
  }
}

/** `freeze/nothing-in-progress`, or the phase that a gate stands before. */
export function subjectOf({ about }: Gate): string {
  return 'stepId' in about ? about.stepId : 'phaseId' in about ? about.phaseId : about.kind;
}
