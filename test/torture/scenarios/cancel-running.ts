import { begin, cancelAgain, crashJob, disturbancesBy, historyOf, STUBBORN } from '../crash-job';
import { HOST } from '../crash-stage';
import type { Disturbance } from '../history';
import type { Scenario } from './scenario';

/** A running job is cancelled that does not want to end; the canceller, its supervisor or their disk break. */
export const cancelRunning: Scenario = {
  name: 'cancel of a running job',
  async play({ stage, breaking }) {
    const job = crashJob({ stage, step: 'job', body: STUBBORN });
    await begin({ stage, job, until: 'RUNNING' });
    const { broken } = await breaking({
      verbs: ['cancel'],
      jobId: job.jobId,
      ask: (signal) => stage.controller().cancel({ host: HOST, jobId: job.jobId, graceSeconds: 0, signal }),
    });
    const cancel = await cancelAgain({ stage, job });
    const disturbances: readonly Disturbance[] = ['cancelled', ...disturbancesBy(broken)];
    return { jobs: [await historyOf({ stage, job, disturbances, cancel })], bystanders: [] };
  },
};
