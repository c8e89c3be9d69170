import type { Context } from '@temporalio/activity';
import { activityMetrics } from '../../worker/activity-metrics';

/** A fake of Temporal's meter, which keeps what is recorded. */
function recorded(activityType: string) {
  const seen: unknown[] = [];
  const keeping = (name: string) => {
    const keep = (value: number, labels: object): void => {
      seen.push({ name, value: typeof value, ...labels });
    };
    return { add: keep, record: keep, set: keep };
  };
  const metricMeter = { createCounter: keeping, createHistogram: keeping, createGauge: keeping };
  const context = { info: { activityType }, metricMeter } as unknown as Context;
  const { inbound } = activityMetrics(context);
  const execute = (input: object, result: unknown): Promise<unknown> =>
    inbound!.execute!({ args: [input], headers: {} }, () => Promise.resolve(result));
  return { seen, execute };
}

describe('the metrics of activities', () => {
  it('count a step by what came of it, and hand its outcome on', async () => {
    const { seen, execute } = recorded('openstackStep');
    const outcome = { kind: 'failed' };
    expect(await execute({ cloud: 'cedar', step: { kind: 'change' } }, outcome)).toBe(outcome);
    const labels = { cloud: 'cedar', kind: 'change', outcome: 'failed', value: 'number' };
    expect(seen).toEqual([
      { name: 'openstack_upgrade_steps', ...labels },
      { name: 'openstack_upgrade_step_seconds', ...labels },
    ]);
  });

  it('show the downtime of each API that a report has measured', async () => {
    const { seen, execute } = recorded('openstackReport');
    const availability = ['heat-api', 'keystone'].map((api) => ({ api, downtimeMs: 1500 }));
    await execute({ cloud: 'cedar' }, { availability });
    expect(seen).toMatchObject([{ api: 'heat-api' }, { api: 'keystone' }]);
  });

  it('leave other activities alone', async () => {
    const { seen, execute } = recorded('somebodyElses');
    await execute({}, 'result');
    expect(seen).toEqual([]);
  });
});
