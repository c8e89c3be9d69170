import type { PackageFacts } from '../../../catalog/facts';
import { packagesOn } from '../../support/cloud-changes';
import { toyPartialPlan, toyPlan } from '../../support/planned';
import type { Plan } from '../../../schema/plan';
import { said } from './said';

const offers = (targetOffers: PackageFacts['targetOffers'], ...hosts: string[]): Parameters<typeof toyPlan>[0] => ({
  change: (host) =>
    hosts.includes(host.host) ? packagesOn(host.host, (one) => ({ ...one, targetOffers }))(host) : host,
});

const gnocchi = { name: 'gnocchi-api', installed: '4.5.0-1~cloud0', offered: '4.6.0-1~cloud0' };
const heat = { name: 'heat-api', installed: '1:20.0.0-0lab1', offered: '1:21.0.0-0lab1' };
const both = { packages: [gnocchi, heat], pinned: false };

const steps = (plan: Plan, id: string): string[] =>
  plan.phases.flatMap((phase) =>
    phase.batches.flatMap((batch) =>
      batch.steps.filter((step) => step.id === id).map(() => `${phase.id}: ${batch.hosts.join(' ')}`),
    ),
  );

describe('packages that the target source would take along', () => {
  it('are pinned before anything is installed, proved at the end, and named with who ends it', () => {
    const plan = toyPlan(offers(both, 'ctl1', 'ctl2'));
    expect(said(plan)).toEqual(['note others-pinned']);
    const [found] = plan.findings.filter(({ id }) => id === 'others-pinned');
    expect(found?.text).toContain(
      'ctl1, ctl2: The source of bobcat has newer versions of packages that this run does not upgrade: gnocchi-api.',
    );
    expect(steps(plan, 'packages/others-stay')).toEqual(['packages: ctl1 ctl2']);
    expect(steps(plan, 'verify/others-stay')).toEqual(['verify: ctl1 ctl2']);
    const [pins] = plan.phases
      .flatMap(({ batches }) => batches.flatMap((batch) => batch.steps))
      .filter(({ id }) => id === 'packages/others-stay');
    expect(pins).toMatchObject({
      run: expect.stringContaining('\nPackage: gnocchi-api\nPin: version 4.5.0-*\nPin-Priority: 990\n') as string,
    });
  });

  it('are pinned on every host of a set alike, and in a rolling run with the packages of each host', () => {
    const plan = toyPartialPlan(offers(both, 'ctl2'));
    expect(steps(plan, 'packages/others-stay')).toEqual(['first-code: ctl1', 'last-code: ctl2']);
  });

  it('are none where the run upgrades all of them', () => {
    const plan = toyPlan(offers({ packages: [heat], pinned: false }, 'ctl1', 'ctl2'));
    expect(said(plan)).toEqual([]);
    expect(steps(plan, 'packages/others-stay')).toEqual([]);
  });

  it('lose the pins of an earlier run where this one upgrades them', () => {
    const plan = toyPlan(offers({ packages: [heat], pinned: true }, 'ctl1', 'ctl2'));
    expect(steps(plan, 'packages/others-stay')).toEqual(['packages: ctl1 ctl2']);
    expect(steps(plan, 'verify/others-stay')).toEqual([]);
  });

  it('that nobody could read are said, and not passed over', () => {
    expect(said(toyPlan(offers(null, 'ctl1')))).toEqual(['warning target-offers-unread@ctl1']);
  });
});
