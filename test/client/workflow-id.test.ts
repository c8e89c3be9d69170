import { workflowId } from '../../client/workflow-id';

describe('the id of a run', () => {
  it.each([
    [{ cloud: 'cedar', services: ['heat'], kind: 'full', to: 'bobcat' }, 'cedar.heat.full.bobcat'],
    [{ cloud: 'cedar', kind: 'full', to: 'bobcat' }, 'cedar.all.full.bobcat'],
    [
      { cloud: 'cedar', services: ['keystone', 'heat', 'heat'], kind: 'preflight', to: 'bobcat' },
      'cedar.heat+keystone.preflight.bobcat',
    ],
    [
      { cloud: 'cedar', services: ['heat'], kind: 'partial-preflight', to: 'bobcat' },
      'cedar.heat.partial-preflight.bobcat',
    ],
    [{ cloud: 'cedar', kind: 'finish' }, 'cedar.finish'],
  ] as const)('%j is %s', (options, id) => {
    expect(workflowId(options)).toBe(id);
  });

  it('does not depend on the order in which services were typed', () => {
    const of = (services: string[]): string => workflowId({ cloud: 'cedar', services, kind: 'full', to: 'bobcat' });
    expect(of(['keystone', 'heat'])).toBe(of(['heat', 'keystone']));
  });
});
