import { said } from './said';
import { on, packagesOn } from '../../support/cloud-changes';
import { toyPlan } from '../../support/planned';

describe('a plan and its findings', () => {
  it('has none for a healthy cloud, and a plan with eight phases', () => {
    const plan = toyPlan({});
    expect(said(plan)).toEqual([]);
    expect(plan.phases.map(({ id }) => id)).toEqual([
      'prepare',
      'stop',
      'packages',
      'config',
      'database',
      'start',
      'verify',
      'open',
      'prove',
    ]);
  });

  it('plans no phase while there is a blocker', () => {
    const plan = toyPlan({ request: { to: 'zed' } });
    expect(plan.phases).toEqual([]);
    expect(plan.finally).toEqual({ always: [], resolved: [] });
  });

  it('gives every finding a remedy and a source', () => {
    const plan = toyPlan({
      request: { to: 'caracal' },
      change: on('db1', (host) => ({
        ...host,
        database:
          host.database === null
            ? null
            : { ...host.database, workInFlight: { heat: [{ id: '1', name: 'w', action: 'CREATE', since: 'now' }] } },
      })),
    });
    expect(plan.findings.length).toBe(4);
    for (const { remedy, sources, text } of plan.findings) {
      expect([remedy.length > 10, sources.length > 0, text.length > 10]).toEqual([true, true, true]);
    }
  });

  it('plans for packages that somebody holds as for all others', () => {
    const held = toyPlan({
      change: packagesOn('ctl1', (one) => ({
        ...one,
        apt: { ...one.apt, holds: ['heat-common'] },
        installed: one.installed.map((each) => ({ ...each, state: 'hi' })),
      })),
    });
    expect(said(held)).toEqual(['note held@ctl1']);
    expect(held.phases).toEqual(toyPlan({}).phases);
  });
});
