import type { PackageFacts } from '../../../catalog/facts';
import type { KeptConfiguration } from '../../../catalog/platform/kept-configuration';
import { packagesOn } from '../../support/cloud-changes';
import { toyPartialPlan, toyPlan } from '../../support/planned';
import type { Finding, Plan } from '../../../schema/plan';
import { said } from './said';

const paste: KeptConfiguration = { package: 'heat-common', path: '/etc/heat/api-paste.ini', ownLines: 2, newLines: 14 };
const script: KeptConfiguration = { package: 'heat-api', path: '/etc/init.d/heat-api', ownLines: 1, newLines: 1 };
const on = (change: Partial<PackageFacts>, ...hosts: string[]): Parameters<typeof toyPlan>[0] => ({
  change: (host) => (hosts.includes(host.host) ? packagesOn(host.host, (one) => ({ ...one, ...change }))(host) : host),
});
const found = (plan: Plan, what: string): Finding | undefined => plan.findings.find(({ id }) => id.startsWith(what));
/** What the run accepts without a question. */
const decided = ({ phases }: Plan): string[] => {
  const steps = phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.steps));
  const step = steps.find(({ id }) => id === 'config/decided');
  return [...JSON.stringify(step).matchAll(/-e (\/\S+)/g)].map(([, path = '']) => path);
};

describe('configuration that packages bring another one of', () => {
  it('is accepted by its path before the run, which then does not ask', () => {
    const plan = toyPlan(on({ keptConfiguration: [paste, script] }, 'ctl1', 'ctl2'));
    expect(said(plan)).toEqual(['warning configuration-kept-/etc/heat/api-paste.ini']);
    expect(found(plan, 'configuration-kept')).toMatchObject({
      text: 'ctl1, ctl2: The new heat-common brings another /etc/heat/api-paste.ini. Yours was changed, and it stays. Lines in yours alone: 2; in the new one alone: 14.',
      remedy:
        'Compare them as root: diff /etc/heat/api-paste.ini /var/lib/openstack-upgrade/survey/unpacked/heat-common/etc/heat/api-paste.ini. ' +
        'Write into yours what the new release needs, or accept that it stays as it is.',
    });
    expect(decided(plan)).toEqual(['/etc/heat/api-paste.ini.dpkg-dist', '/etc/init.d/heat-api.dpkg-dist']);
  });

  it('is said where somebody deleted it', () => {
    const plan = toyPlan(on({ keptConfiguration: [{ ...paste, ownLines: null }] }, 'ctl2'));
    expect(found(plan, 'configuration-kept')?.text).toBe(
      'The new heat-common brings another /etc/heat/api-paste.ini, which somebody has deleted here: it stays away (14 lines).',
    );
  });

  it('is asked about in the run where nobody could read it before', () => {
    const plan = toyPlan(on({ keptConfiguration: null }, 'ctl1'));
    expect(said(plan)).toEqual(['warning configuration-not-compared@ctl1']);
    expect(decided(plan)).toEqual([]);
  });

  it('is asked about in a rolling run as well', () => {
    expect(decided(toyPartialPlan(on({ keptConfiguration: [paste] }, 'ctl2')))).toEqual([
      '/etc/heat/api-paste.ini.dpkg-dist',
    ]);
  });

  it('has defaults that change by themselves, named with what becomes of them', () => {
    const option = (name: string, isSet: boolean) => ({ option: `[DEFAULT] ${name}`, from: '4', to: '0', isSet });
    const review = {
      removed: [],
      added: ['[DEFAULT] new'],
      gone: [],
      changed: [option('workers', false), option('debug', true)],
    };
    const plan = toyPlan(on({ options: { '/etc/heat/heat.conf': review } }, 'ctl1'));
    expect(said(plan)).toEqual(['note template-changed-/etc/heat/heat.conf@ctl1']);
    expect(found(plan, 'template-changed')).toMatchObject({
      text:
        "The target's template of /etc/heat/heat.conf: 1 new option, 0 gone, 2 with another default. " +
        'Not set in yours, so that the new default applies: [DEFAULT] workers (4 becomes 0).',
      remedy:
        'Nothing where the new defaults are right. To keep one, set it in /etc/heat/heat.conf before the run. ' +
        'The complete comparison: /var/lib/openstack-upgrade/survey/options-etc-heat-heat.conf, as root.',
    });
  });
});

describe('point releases', () => {
  const newer = (offered: string): PackageFacts['pointReleases'] => ({
    today: '2026-03-02',
    newer: [{ name: 'heat-common', installed: '1:20.0.0-0lab1', offered }],
  });

  it('of the installed series are accepted as not installed; another series is none', () => {
    const plan = toyPlan(on({ pointReleases: newer('1:20.0.1-1') }, 'ctl1', 'ctl2'));
    expect(said(plan)).toEqual(['warning point-release-behind']);
    expect(found(plan, 'point-release')?.text).toBe(
      'ctl1, ctl2: Newer versions of the installed series are there: heat-common 1:20.0.0-0lab1 (there is 1:20.0.1-1). ' +
        'Upgrades are tested from the newest one, and it may fix what this upgrade would meet.',
    );
    expect(said(toyPlan(on({ pointReleases: newer('1:21.0.1-1') }, 'ctl1')))).toEqual([]);
  });

  it('are waited for, or not, right after the release of a series', () => {
    const plan = (today: string): string[] =>
      said(toyPlan(on({ pointReleases: { today, newer: [] } }, 'ctl1', 'ctl2')));
    expect(plan('2023-12-31')).toEqual(['warning first-release']);
    expect(plan('2024-01-02')).toEqual([]);
  });

  it('that nobody could read are said', () => {
    expect(said(toyPlan(on({ pointReleases: null }, 'ctl1')))).toEqual(['note point-releases-unread@ctl1']);
  });
});
