import { everyPhase } from '../../../schema/walk-plan';
import { toyPlan } from '../../support/planned';
import { said } from './said';

describe('a compute, network or storage host', () => {
  const others = {
    cmp1: { roles: ['compute'] as const, units: [] },
    net1: { roles: ['network', 'storage'] as const, units: [] },
  };

  it('is left as it is, and a note says so', () => {
    const plan = toyPlan({ others });
    expect(plan.findings.find(({ id }) => id === 'hosts-not-upgraded')?.text).toBe(
      'Nothing is changed on cmp1 (compute) and net1 (network, storage): packages and services there keep the release that they have.',
    );
    expect(plan.hosts.map(({ name }) => name)).toEqual(['ctl1', 'ctl2', 'db1', 'mq1', 'lb1']);
    expect(JSON.stringify([everyPhase(plan), plan.finally])).not.toMatch(/cmp1|net1/);
  });

  it('has nothing of the upgrade in the way: the plan is the one without it', () => {
    const [with_, without] = [toyPlan({ others }), toyPlan({})];
    expect([with_.phases, with_.finally]).toEqual([without.phases, without.finally]);
  });

  it('blocks where a unit of an upgraded service runs on it, which would stay behind', () => {
    const plan = toyPlan({ others: { ...others, cmp1: { roles: ['compute'], units: ['heat-engine'] } } });
    expect(said(plan)).toEqual(['blocker unit-left-behind-heat-engine@cmp1', 'note hosts-not-upgraded']);
  });
});
