import type { JobOutput } from '../../../remote';
import { crashJob, disturbancesBy, historyOf, runToEnd } from '../crash-job';
import type { Part } from '../history';
import { partOf } from '../worker-log';
import type { Scenario } from './scenario';

/** The first job of a host is published and started, and goes to its end. */
export const startFirst: Scenario = start({ name: 'start of the first job', earlier: null });

/** As `startFirst` where all that a host keeps is there already, so that each call on it is the job's own. */
export const startNext: Scenario = start({ name: 'start of another job', earlier: 'earlier' });

function start(options: { readonly name: string; readonly earlier: string | null }): Scenario {
  const { name, earlier } = options;
  return {
    name,
    async play({ stage, breaking }) {
      const asOwner = { mutex: 'database', fence: { cloud: 'cedar', number: 1 } } as const;
      const job = crashJob({ stage, step: 'job', ...asOwner });
      if (earlier !== null) await runToEnd({ stage, job: crashJob({ stage, step: earlier, ...asOwner }) });
      const parts: Part[] = [];
      const onOutput = (output: JobOutput): void => void parts.push(partOf(output));
      const { answer, broken } = await breaking({
        verbs: ['ensure'],
        ask: (signal) => stage.controller().run({ ...job.work, signal, onOutput }),
      });
      const first = { watcher: 'the first controller', from: { out: 0, err: 0 }, parts, result: answer };
      return {
        jobs: [await historyOf({ stage, job, disturbances: disturbancesBy(broken), watches: [first] })],
        bystanders: [],
      };
    },
  };
}
