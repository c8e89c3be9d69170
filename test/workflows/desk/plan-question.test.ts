import { planQuestion } from '../../../workflows/desk/plan-question';
import { toyPlan } from '../../support/planned';

describe('the question about a plan', () => {
  it('says how large it is, what to accept, what happens, and what else planning saw', () => {
    const plan = toyPlan({});
    const finding = { host: null, remedy: '', sources: [] };
    const text = planQuestion({
      plan: {
        ...plan,
        findings: [
          { ...finding, id: 'others-pinned', level: 'note', text: 'Two packages stay.' },
          { ...finding, id: 'disk-nearly-full@db1', level: 'warning', text: 'db1 has 2.1 GB left.' },
        ],
      },
      times: null,
    });
    const lines = text.split('\n');
    expect(lines[0]).toBe('Upgrade keystone, heat on cedar from antelope to bobcat?');
    expect(lines[1]).toMatch(/^5 hosts, \d{3} steps; 7 packages on ctl1 and ctl2; databases keystone and heat\.$/);
    expect(text).toContain('Accept each one by its id:\n\n- disk-nearly-full@db1: db1 has 2.1 GB left.\n\n1. Prepare');
    expect(text.endsWith('Notes. There is nothing to accept:\n\n- others-pinned: Two packages stay.')).toBe(true);
  });

  it('says how long it takes, how long services are closed, and how long each phase takes', () => {
    const plan = toyPlan({});
    const phases = plan.phases.map(({ id }, index) => ({ id, seconds: 20 * index, from: { kind: 'sizes' } as const }));
    const text = planQuestion({
      plan,
      times: {
        phases,
        seconds: 560,
        rollbackSeconds: 200,
        outageSeconds: 300,
        outages: [
          { service: 'keystone', apis: [], seconds: 62, budgetSeconds: null },
          { service: 'heat', apis: [], seconds: 300, budgetSeconds: 900 },
        ],
        marks: [],
        schemaBytes: {},
      },
    });
    expect(text.split('\n').slice(2, 6)).toEqual([
      '',
      'Expected to be closed to users: keystone 60 s (no budget) and heat 5 min (budget 15 min); 5 min in which at least one of them is closed.',
      'Expected for the run: 9 min, estimated from sizes. Not counted: how long people take to answer, and how long work in progress takes to end.',
      'A rollback from its end: 3 min.',
    ]);
    expect(text).toContain('\n1. Prepare: restore point and packages (under 10 s). None: every API');
    expect(text).toContain('\n2. Stop: APIs closed, services locked (20 s). ');
  });

  it('of a plan without phases says only what stands against it', () => {
    const plan = { ...toyPlan({}), phases: [], findings: [] };
    expect(planQuestion({ plan, times: null })).toBe('Upgrade keystone, heat on cedar from antelope to bobcat?\n');
  });
});
