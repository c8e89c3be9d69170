import type { HostFacts, PackageFacts } from '../../../catalog/facts';
import { newPipeline } from '../../support/eras';
import { toyPartialPlan } from '../../support/planned';
import type { Plan } from '../../../schema/plan';
import { newPollsters, notificationApart } from '../toy-plans';

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

  const reason = 'CHG-2207: samples of the new pollsters are billed from the first of the month on';
  const order = (...parts: readonly string[]): object => ({
    services: ['ceilometer'],
    options: { agents: { order: ['database', ...parts], reason } },
  });
  const oneNotification = everywhere((packages, host) => ({
    ...packages,
    units: packages.units.filter(({ name }) => host === 'ctl1' || name !== 'ceilometer-agent-notification'),
  }));

  it.each<[string, Parameters<typeof toyPartialPlan>[0], string[]]>([
    ['the order that the guide advises', { request: order('notification', 'polling') }, []],
    ['another one', { request: order('polling', 'notification') }, ['warning agents-order-ceilometer']],
    [
      'a part that no host has',
      { request: order('collector', 'polling', 'notification') },
      ['warning agents-order-ceilometer', 'note agents-order-skips-ceilometer'],
    ],
    ['a part that is left out', { request: order('polling') }, ['blocker agents-order-incomplete-ceilometer']],
    [
      'agents that nobody would take samples from',
      { request: order('polling', 'notification'), change: oneNotification },
      ['blocker agents-order-unprovable-ceilometer', 'warning agents-order-ceilometer'],
    ],
    [
      'the same, where they are on other hosts than those that take them',
      { request: order('polling', 'notification'), controllers: ['ctl1', 'ctl2', 'tel1'], change: notificationApart },
      ['warning agents-order-ceilometer'],
    ],
  ])('an order with a reason (R-CEIL-23): %s', (_, options, findings) => {
    const said = planned(options).findings.flatMap(({ level, id }) =>
      /^agents-order/.test(id) ? [`${level} ${id}`] : [],
    );
    expect(said).toEqual(findings);
  });

  it('has the reason where a person approves, and says what the order costs', () => {
    const news = newPollsters({ ownPolling: false });
    const { findings } = planned({ request: order('polling', 'notification'), change: news });
    const { text = '', sources = [] } = findings.find(({ id }) => id === 'agents-order-ceilometer') ?? {};
    expect(text).toContain(`The reason given: "${reason}".`);
    expect(text).toContain('Here the new release adds image.size and volume.size: samples of them may be lost.');
    expect(sources).toEqual(['R-CEIL-23', 'R-CEIL-17', 'R-CEIL-19']);
  });

  it.each<[object, string[]]>([
    [{ services: ['ceilometer'] }, ['tel1', 'tel2', 'ctl1', 'ctl2']],
    [order('polling', 'notification'), ['ctl1', 'ctl2', 'tel1', 'tel2']],
  ])('takes hosts in the order of what runs on them: %j', (request, hosts) => {
    const { phases } = planned({ request, controllers: ['ctl1', 'ctl2', 'tel1', 'tel2'], change: notificationApart });
    expect(phases.map(({ id }) => id).filter((id) => id.startsWith('agents-'))).toEqual(
      hosts.map((host) => `agents-${host}`),
    );
  });

  it('starts what it stops together in the order of the request, and a rollback starts who takes before who sends', () => {
    const { phases } = planned({ request: order('polling', 'notification') });
    const turn = phases.find(({ id }) => id === 'agents-ctl1');
    const starts = (batches: Plan['phases'][number]['batches']): string[] =>
      batches.flatMap(({ steps }) => steps.flatMap(({ id }) => (/start-/.test(id) ? [id] : [])));
    const back = turn?.wayBack.kind === 'undo' ? turn.wayBack.phases : [];
    expect([starts(turn?.batches ?? []), back.flatMap(({ batches }) => starts(batches))]).toEqual([
      ['ceilometer/start-ceilometer-agent-central', 'ceilometer/start-ceilometer-agent-notification'],
      ['back-ceilometer/start-ceilometer-agent-notification', 'back-ceilometer/start-ceilometer-agent-central'],
    ]);
  });

  it('is a question of agents: of engines it is refused', () => {
    const { findings } = toyPartialPlan({
      request: { services: ['heat'], options: { agents: { order: ['database', 'api'], reason } } },
    });
    expect(findings.map(({ level, id }) => `${level} ${id}`)).toContain('blocker agents-order-of-engines');
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
