import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { ReportPlace, StepInput } from '../schema/activities';
import type { Outcome } from '../schema/outcome';
import { record } from './metrics';

/** What is recorded of activities. */
export const activityMetrics: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(
      input: ActivityExecuteInput,
      next: Next<ActivityInboundCallsInterceptor, 'execute'>,
    ): Promise<unknown> {
      const startedAt = performance.now();
      const result = await next(input);
      const { metricMeter: meter, info } = context;
      if (info.activityType === 'openstackStep') {
        const { cloud, step } = input.args[0] as StepInput;
        const { kind: outcome } = result as Outcome;
        const labels = { cloud, kind: step.kind, outcome };
        record({ meter, metric: 'steps', value: 1, labels });
        record({ meter, metric: 'stepSeconds', value: (performance.now() - startedAt) / 1000, labels });
      }
      if (info.activityType === 'openstackReport') {
        const { cloud } = input.args[0] as { readonly cloud: string };
        for (const { api, downtimeMs } of (result as ReportPlace).availability)
          record({ meter, metric: 'apiDowntime', value: downtimeMs / 1000, labels: { cloud, api } });
      }
      return result;
    },
  },
});
