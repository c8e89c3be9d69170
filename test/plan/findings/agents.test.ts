import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import { toyPartialPlan } from '../../support/planned';

type Change = (host: HostFacts) => HostFacts;

const services = ['keystone', 'gnocchi', 'ceilometer'];

const everywhere =
  (change: (packages: PackageFacts, host: string) => PackageFacts): Change =>
  (host) => ({ ...host, packages: host.packages === null ? null : change(host.packages, host.host) });

const pipelines = (of: Readonly<Record<string, string>>): Change =>
  everywhere((packages, host) => ({
    ...packages,
    publishing: { ceilometer: { publishers: ['gnocchi'], coordinated: true, pipelines: of[host] ?? '' } },
  }));

const added = everywhere((packages) => ({
  ...packages,
  pollsters: { ceilometer: { removed: [], added: ['power.state'] } },
}));

const oneCentral = everywhere((packages, host) => ({
  ...packages,
  units: packages.units.filter(({ name }) => host === 'ctl1' || name !== 'ceilometer-agent-central'),
}));

const planned = (options: Parameters<typeof toyPartialPlan>[0]): ReturnType<typeof toyPartialPlan> =>
  toyPartialPlan({ services, ...options, request: { services: ['ceilometer'], ...options.request } });

describe('findings about agents that are upgraded host by host', () => {
  it.each<[string, Parameters<typeof toyPartialPlan>[0], string[]]>([
    ['agents that share their work, in the same pipelines', { change: pipelines({ ctl1: 'a1', ctl2: 'a1' }) }, []],
    [
      'pipelines that are not the same on every host',
      { change: pipelines({ ctl1: 'a1', ctl2: 'b2' }) },
      ['warning pipelines-differ-ceilometer'],
    ],
    ['new pollsters that are enabled', { change: added }, ['blocker pollsters-new-ceilometer']],
    ['a central agent on one host alone', { change: oneCentral }, ['warning polls-alone-ceilometer-agent-central']],
    [
      'an order of engines',
      { request: { services: ['ceilometer'], options: { rolling: { order: 'guide' } } } },
      ['blocker rolling-options-of-engines'],
    ],
    [
      'a series that is left out',
      { request: { services: ['ceilometer'], to: 'caracal' } },
      ['blocker rolling-skip-level'],
    ],
  ])('%s', (_, options, findings) => {
    const own = /^(pipelines-differ|pollsters-new|polls-alone|rolling-)/;
    const said = planned(options).findings.flatMap(({ level, id }) => (own.test(id) ? [`${level} ${id}`] : []));
    expect(said).toEqual(findings);
  });

  it('changes one host after the other, the first with what the service keeps elsewhere', () => {
    const { phases, restore } = planned({ controllers: ['ctl1', 'ctl2', 'ctl3'] });
    expect(phases.map(({ id }) => id)).toEqual(['prepare', 'agents-ctl1', 'agents-ctl2', 'agents-ctl3', 'verify']);
    expect(restore).toBeUndefined();
    const migrated = phases.flatMap(({ id, batches }) =>
      batches.flatMap(({ hosts, steps }) =>
        steps.flatMap((step) => (step.id === 'ceilometer/resource-types' ? [[id, ...hosts]] : [])),
      ),
    );
    expect(migrated).toEqual([['agents-ctl1', 'ctl1']]);
  });
});
