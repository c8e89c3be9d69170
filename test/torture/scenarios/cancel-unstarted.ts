import { begin, cancelAgain, crashJob, historyOf, letGo, untilLetGo } from '../crash-job';
import { HOST } from '../crash-stage';
import type { Scenario } from './scenario';

/** A job is cancelled that waits for a mutex. */
export const cancelWaiting: Scenario = cancelUnstarted({ name: 'cancel of a waiting job', rebooted: false });

/** A job is cancelled that was published, and whose supervisor died with the host before the start token. */
export const cancelClaimed: Scenario = cancelUnstarted({ name: 'cancel of a published job', rebooted: true });

function cancelUnstarted(options: { readonly name: string; readonly rebooted: boolean }): Scenario {
  const { name, rebooted } = options;
  return {
    name,
    async play({ stage, breaking }) {
      const mutex = 'database';
      const holder = crashJob({ stage, step: 'holder', mutex, body: untilLetGo(stage), exitCode: 0 });
      const waiting = crashJob({ stage, step: 'waiting', mutex });
      await begin({ stage, job: holder, until: 'RUNNING' });
      await begin({ stage, job: waiting, until: 'WAITING_MUTEX' });
      if (rebooted) await stage.powerCut();
      const { broken } = await breaking({
        verbs: ['cancel'],
        ask: (signal) => stage.controller().cancel({ host: HOST, jobId: waiting.jobId, graceSeconds: 0, signal }),
      });
      const cancel = await cancelAgain({ stage, job: waiting });
      letGo(stage);
      const hostWasDown = rebooted || broken === 'hostDown';
      return {
        jobs: [
          // It had no supervisor of its own to lose: whatever broke, it can only be cancelled.
          await historyOf({ stage, job: waiting, disturbances: ['cancelled'], cancel }),
          await historyOf({ stage, job: holder, disturbances: hostWasDown ? ['hostDown'] : [] }),
        ],
        bystanders: [],
      };
    },
  };
}
