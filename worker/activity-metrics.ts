import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { ReportPlace, StepInput } from '../schema/activities';
import type { Outcome } from '../schema/outcome';

/** What is recorded of activities; docs/production.md has the list for dashboards. */
export const activityMetrics: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(
      input: ActivityExecuteInput,
      next: Next<ActivityInboundCallsInterceptor, 'execute'>,
    ): Promise<unknown> {
      const startedAt = performance.now();
      const result = await next(input);
      const { metricMeter, info } = context;
      if (info.activityType === 'openstackStep') {
        const { cloud, step } = input.args[0] as StepInput;
        const { kind: outcome } = result as Outcome;
        const labels = { cloud, kind: step.kind, outcome };
        metricMeter.createCounter('openstack_upgrade_steps', undefined, 'Steps that ended, by outcome').add(1, labels);
        metricMeter
          .createHistogram('openstack_upgrade_step', 'float', 's', 'Time from the start of a step to its outcome')
          .record((performance.now() - startedAt) / 1000, labels);
      }
      if (info.activityType === 'openstackReport') {
        const { cloud } = input.args[0] as { readonly cloud: string };
        const downtime = metricMeter.createGauge(
          'openstack_upgrade_api_downtime',
          'float',
          's',
          'Downtime of an API in the last run, as its report says it',
        );
        for (const { api, downtimeMs } of (result as ReportPlace).availability)
          downtime.set(downtimeMs / 1000, { cloud, api });
      }
      return result;
    },
  },
});
