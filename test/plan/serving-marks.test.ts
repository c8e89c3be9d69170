import { expectedRollback } from '../../plan/estimate/expected-times';
import type { Plan } from '../../schema/plan';
import { noEarlierTimes } from '../../schema/run-times';
import { movedByPeople, unreadBalancer } from '../support/cloud-changes';
import { toyDrawing } from '../support/planned';
import { rolling, timesOf } from '../support/toy-times';

describe('the steps that close and open services', () => {
  it('are those of the load balancer, forward and in the rollback', () => {
    const names = timesOf().marks.map(
      ({ stepId, closes, opens }) => `${stepId}: -${closes.join(' ')} +${opens.join(' ')}`,
    );
    expect(names).toEqual([
      'heat/close: -heat +',
      'keystone/close: -keystone +',
      'keystone/open: - +keystone',
      'open/serve: - +heat',
      'back-work-heat/close: -heat +',
      'back-work-keystone/close: -keystone +',
      'back-keystone/open: - +keystone',
      'back-heat/open: - +heat',
    ]);
  });

  it('are what people say that they have done, where people move the requests', () => {
    const drawing = toyDrawing({ kind: 'full', loadBalancer: movedByPeople, change: unreadBalancer });
    const kinds = timesOf({ drawing }).marks.map(({ stepId, host }) => {
      const steps = drawing.plan.phases.flatMap(({ batches }) => batches.filter(({ hosts }) => hosts.includes(host)));
      return steps.flatMap((batch) => batch.steps).find(({ id }) => id === stepId)?.kind;
    });
    expect(kinds.slice(0, 4)).toEqual(['confirm', 'confirm', 'confirm', 'confirm']);
  });

  it('are, of a rolling run, in its restore alone, whose plan says how long its service is closed', () => {
    const { marks, schemaBytes, outages } = timesOf({ drawing: rolling });
    const phases = (rolling.plan.restore?.phases ?? []).map((one) => ({
      ...one,
      gate: null,
      wayBack: { kind: 'nothing' } as const,
    }));
    const plan: Plan = { ...rolling.plan, kind: 'rollback', from: 'bobcat', to: 'antelope', phases };
    const times = expectedRollback({ plan, marks, schemaBytes, earlier: noEarlierTimes, availability: undefined });
    expect(outages.map(({ service, seconds }) => [service, seconds])).toEqual([['heat', 0]]);
    expect(times?.outages.map(({ service, seconds }) => [service, seconds > 30])).toEqual([['heat', true]]);
  });
});
