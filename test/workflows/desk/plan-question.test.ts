import { planQuestion } from '../../../workflows/desk/plan-question';
import { toyPlan } from '../../support/planned';

describe('the question about a plan', () => {
  it('says how large it is, what to accept, what happens, and what else planning saw', () => {
    const plan = toyPlan({});
    const finding = { host: null, remedy: '', sources: [] };
    const text = planQuestion({
      ...plan,
      findings: [
        { ...finding, id: 'others-pinned', level: 'note', text: 'Two packages stay.' },
        { ...finding, id: 'disk-nearly-full@db1', level: 'warning', text: 'db1 has 2.1 GB left.' },
      ],
    });
    const lines = text.split('\n');
    expect(lines[0]).toBe('Upgrade keystone, heat on cedar from antelope to bobcat?');
    expect(lines[1]).toMatch(/^5 hosts, \d{3} steps; 7 packages on ctl1 and ctl2; databases keystone and heat\.$/);
    expect(text).toContain('Accept each one by its id:\n\n- disk-nearly-full@db1: db1 has 2.1 GB left.\n\n1. Prepare');
    expect(text.endsWith('Notes. There is nothing to accept:\n\n- others-pinned: Two packages stay.')).toBe(true);
  });

  it('of a plan without phases says only what stands against it', () => {
    const plan = { ...toyPlan({}), phases: [], findings: [] };
    expect(planQuestion(plan)).toBe('Upgrade keystone, heat on cedar from antelope to bobcat?\n');
  });
});
