import type { Gate } from '../../schema/decision';
import { insist, openGate, untilStatus, type UpgradeRig } from './upgrade-rig';

export const rollbackId = 'cedar.rollback';

/** A rollback to a restore point, question by question. */
export interface AskingRollback {
  /** Starts it and approves its plan; the question about the plan. */
  readonly begin: () => Promise<Gate>;
  /** The next question that is none of these, or null once the run is complete. Default: within 900 s. */
  readonly nextGate: (known: readonly string[], forSeconds?: number) => Promise<Gate | null>;
  /** Ends one that is still open: the next would meet it. */
  readonly leave: () => Promise<void>;
}

export function askingRollback({ rig, point }: { rig: UpgradeRig; point: string }): AskingRollback {
  const { client } = rig;
  return {
    begin: async () => {
      await insist(() => client.rollback({ cloud: 'cedar', restorePoint: point }));
      const plan = await openGate({ client, id: rollbackId, about: 'plan', forSeconds: 240 });
      await client.approve(rollbackId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
      return plan;
    },
    nextGate: async (known, forSeconds = 900) => {
      const { gates } = await untilStatus({
        client,
        id: rollbackId,
        holds: (seen) => seen.state === 'completed' || seen.gates.some(({ code }) => !known.includes(code)),
        forSeconds,
      });
      return gates.find(({ code }) => !known.includes(code)) ?? null;
    },
    leave: async () => {
      const { gates } = await client.status(rollbackId);
      for (const { code, choices } of gates) {
        const answer = { gate: code, by: 'ana', reason: 'test' };
        if (choices.includes('abort')) await client.decide(rollbackId, { ...answer, choice: 'abort' });
        else await client.reject(rollbackId, answer);
      }
      await client.result(rollbackId).catch(() => undefined);
    },
  };
}
