import type { HostFacts } from '../../../catalog/facts';
import type { KeptRemaining } from '../../../schema/remaining';
import { toyPlan, type ToyOptions } from '../../support/planned';

const kept: KeptRemaining = {
  schemaVersion: 1,
  service: 'ceilometer',
  package: 'ceilometer-common',
  target: '1:20.0.0-0lab1',
  runId: '22222222-2222-4222-8222-222222222222',
  endedAt: '2026-11-21T03:04:05.678Z',
  hosts: ['cmp1', 'cmp2'],
  days: 9,
};
const computes = { cmp1: { roles: ['compute'], units: [] }, cmp2: { roles: ['compute'], units: [] } } as const;

/** The controllers have 20 (antelope). */
const planned = (options: {
  versions: Readonly<Record<string, string>>;
  record?: KeptRemaining;
  toy?: Partial<ToyOptions>;
}): ReturnType<typeof toyPlan> => {
  const { versions, record = kept, toy = {} } = options;
  return toyPlan({
    services: ['keystone', 'heat', 'gnocchi', 'ceilometer'],
    request: { services: ['heat'] },
    others: computes,
    ...toy,
    change: (host): HostFacts => ({
      ...host,
      ...(host.host === 'db1' ? { remaining: [record] } : {}),
      ...(versions[host.host] === undefined
        ? {}
        : { observed: { installed: [installed(versions[host.host]!)], units: [] } }),
    }),
  });
};
const installed = (version: string): NonNullable<HostFacts['observed']>['installed'][number] =>
  ({ name: 'ceilometer-common', version, source: 'ceilometer' }) as unknown as NonNullable<
    HostFacts['observed']
  >['installed'][number];
const reminders = (plan: ReturnType<typeof toyPlan>): string[] =>
  plan.findings.filter(({ id }) => id.startsWith('old-release-remains')).map(({ level, text }) => `${level}: ${text}`);

const old = '1:19.0.0-0lab1';
const isNew = '1:20.0.0-0lab1';

describe('a cloud in which an earlier upgrade left hosts with the release before', () => {
  it('is told so in the plan of any other service, with the hosts that still have it', () => {
    expect(reminders(planned({ versions: { cmp1: old, cmp2: isNew } }))).toEqual([
      'note: The upgrade of ceilometer to 1:20.0.0-0lab1 by run 22222222-2222-4222-8222-222222222222 is not done: it ended on 2026-11-21, 9 days ago, ' +
        'and cmp1 (1:19.0.0-0lab1) still has the release before. Two releases side by side are meant for days.',
    ]);
  });

  it('has to accept it after a month', () => {
    const [said = ''] = reminders(planned({ versions: { cmp1: old }, record: { ...kept, days: 30 } }));
    expect(said).toMatch(/^warning: .*30 days ago/);
  });

  it.each<[string, Parameters<typeof planned>[0]]>([
    ['every host is new', { versions: { cmp1: isNew, cmp2: isNew } }],
    ['a host has no agent any more', { versions: { cmp1: isNew } }],
    [
      'the controllers were rolled back to the same release',
      { versions: { cmp1: old, cmp2: old }, record: { ...kept, target: '1:21.0.0-0lab1' } },
    ],
  ])('is told nothing once %s', (_, options) => {
    expect(reminders(planned(options))).toEqual([]);
  });

  it('is told which of them could not be read', () => {
    const unread = [{ host: 'cmp2', problem: 'unreachable', sentence: 'cmp2 did not answer within 10 s.' }] as const;
    const { cmp1 } = computes;
    const toy = { others: { cmp1 }, unread: [...unread] };
    expect(reminders(planned({ versions: { cmp1: old }, toy }))[0]).toContain('cmp2 could not be read.');
  });
});

describe('a plan of a service that hosts outside it have as well', () => {
  const ofCeilometer = { request: { services: ['gnocchi', 'ceilometer'] } };

  it('names each that is older than what its own hosts get, for the report to look at again', () => {
    const { staysOld } = planned({ versions: { cmp1: isNew, cmp2: '1:21.0.0-0lab1' }, toy: ofCeilometer });
    expect(staysOld).toEqual([
      { host: 'cmp1', service: 'ceilometer', package: 'ceilometer-common', target: '1:21.0.0-0lab1' },
    ]);
  });

  it('has no word of it where there is none', () => {
    expect(planned({ versions: {}, toy: ofCeilometer })).not.toHaveProperty('staysOld');
  });
});

describe('a run that was ended after it gave old agents new pipelines (R-CEIL-18)', () => {
  it('is told of in every plan, with the files and the way back', () => {
    const runId = '33333333-3333-4333-8333-333333333333';
    const files = ['/etc/ceilometer/pipeline.yaml'];
    const { findings } = toyPlan({
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      change: (host): HostFacts =>
        host.host === 'ctl1' || host.packages === null
          ? { ...host, ...(host.packages === null ? {} : { pipelinesLeft: null }) }
          : {
              ...host,
              pipelinesLeft: { runId, service: 'ceilometer', installed: '1:10.0.1-3', target: '1:11.0.1-2', files },
            },
    });
    const found = findings.filter(({ id }) => id === 'pipelines-remain-ceilometer');
    expect(found.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      `note: Run ${runId} was ended after it gave notification agents of ceilometer the pipelines of 1:11.0.1-2, and before it upgraded them: ` +
        'ctl2 (1:10.0.1-3) and ctl3 (1:10.0.1-3). Files: /etc/ceilometer/pipeline.yaml. The agents were proved with them. ' +
        'As long as an agent of the new release runs, those of all hosts need the same.',
    ]);
    expect(found[0]?.remedy).toContain(`/var/lib/openstack-upgrade/restore-points/${runId}/pipelines`);
  });
});
