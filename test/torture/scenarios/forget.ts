import { crashJob, historyOf, runToEnd } from '../crash-job';
import { HOST, type CrashStage } from '../crash-stage';
import type { Scenario } from './scenario';

/** A job that has ended is acknowledged and collected; another one, which nobody acknowledged, lies beside it. */
export const forget: Scenario = {
  name: 'ack and gc',
  async play({ stage, breaking }) {
    const done = crashJob({ stage, step: 'done' });
    const kept = crashJob({ stage, step: 'kept' });
    await runToEnd({ stage, job: done });
    await runToEnd({ stage, job: kept });
    await breaking({ verbs: ['ack', 'gc'], ask: () => ackAndCollect({ stage, jobId: done.jobId }) });
    const between = await historyOf({ stage, job: done, acknowledged: true });
    await ackAndCollect({ stage, jobId: done.jobId });
    return {
      jobs: [
        between,
        await historyOf({ stage, job: done, acknowledged: true, collected: true }),
        await historyOf({ stage, job: kept }),
      ],
      bystanders: [],
    };
  },
};

async function ackAndCollect(options: { readonly stage: CrashStage; readonly jobId: string }): Promise<void> {
  const jobs = options.stage.controller();
  await jobs.ack({ host: HOST, jobId: options.jobId });
  await jobs.collectGarbage({ host: HOST, olderThanDays: 0 });
}
