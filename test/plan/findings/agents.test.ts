import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import { newPipeline } from '../../support/eras';
import { toyPartialPlan } from '../../support/planned';
import { newPollsters } from '../toy-plans';

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
    [
      'new pipelines of a release whose agents never share the work',
      {
        change: everywhere((packages) => ({
          ...packages,
          publishing: { ceilometer: { publishers: ['gnocchi'], coordinated: true, pipelines: 'a1' } },
          pipelines: { ceilometer: newPipeline },
        })),
      },
      ['warning pipelines-change-ceilometer'],
    ],
    [
      'new pollsters that are enabled, where nobody could read who polls what',
      { change: added },
      ['blocker pollsters-new-ceilometer'],
    ],
    [
      'new pollsters, and a group that people chose',
      { change: newPollsters({ ownPolling: true }) },
      ['blocker pollsters-new-ceilometer'],
    ],
    [
      'new pollsters that can have a group of their own',
      { change: newPollsters({ ownPolling: false }) },
      ['note pollsters-apart-ceilometer'],
    ],
    [
      'new pollsters that no agent of the installed release is beside',
      { change: (host) => oneCentral(added(host)) },
      ['warning polls-alone-ceilometer-agent-central'],
    ],
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
    const own = /^(pipelines-|pollsters-(new|apart)|polls-alone|rolling-)/;
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

  it('has new pollsters polled apart until the last old agents have stopped, and together again before the new ones of that host start', () => {
    const { phases, finally: end } = planned({
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      change: newPollsters({ ownPolling: false }),
    });
    const words = /poll-|apart-|(stop|start|first|proof)-ceilometer-agent-central$|packages\/install$/;
    const steps = (id: string): string[] =>
      phases
        .filter((phase) => phase.id === id)
        .flatMap(({ batches }) =>
          batches.flatMap(({ hosts, steps: all }) =>
            all.flatMap((step) => (words.test(step.id) ? [`${hosts.join()} ${step.id}`] : [])),
          ),
        );
    expect(steps('agents-ctl2')).toEqual([
      'ctl2 ceilometer/stop-ceilometer-agent-central',
      'ctl2 packages/install',
      'ctl2 ceilometer/poll-apart',
      'ctl2 ceilometer/start-ceilometer-agent-central',
      'ctl2 ceilometer/proof-ceilometer-agent-central',
      'ctl2 ceilometer/apart-ceilometer-agent-central',
    ]);
    expect(steps('agents-ctl3')).toEqual([
      'ctl3 ceilometer/stop-ceilometer-agent-central',
      ...['ctl1 first', 'ctl2 proof'].flatMap((one) => {
        const [host = '', look = ''] = one.split(' ');
        return [
          `${host} join-ceilometer/stop-ceilometer-agent-central`,
          `${host} join-ceilometer/poll-together`,
          `${host} join-ceilometer/start-ceilometer-agent-central`,
          `${host} join-ceilometer/${look}-ceilometer-agent-central`,
        ];
      }),
      'ctl3 packages/install',
      'ctl3 ceilometer/start-ceilometer-agent-central',
      'ctl3 ceilometer/proof-ceilometer-agent-central',
    ]);
    const [first] = end.resolved;
    expect([first?.hosts, first?.steps.map(({ id }) => id)]).toEqual([
      ['ctl1', 'ctl2'],
      ['finally-ceilometer/poll-together'],
    ]);
  });
});
