import { crashJob, historyOf } from '../crash-job';
import { HOST } from '../crash-stage';
import type { Scenario } from './scenario';

/** The program is put on a host that has nothing yet. */
export const putProgram: Scenario = {
  name: 'putting the program there',
  isBare: true,
  async play({ stage, breaking }) {
    const job = crashJob({ stage, step: 'job' });
    await breaking({ verbs: ['ready'], ask: (signal) => stage.controller().readiness({ host: HOST, signal }) });
    return { jobs: [await historyOf({ stage, job })], bystanders: [] };
  },
};
