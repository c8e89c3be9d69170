import type { HostFacts } from '../../../catalog/facts';
import type { PipelineChanges } from '../../../catalog/platform/pipelines';
import type { Plan } from '../../../schema/plan';
import { collectorsEra, newPipeline, ofEra, partitionedEra, type ToyEra } from '../../support/eras';
import { planPartial } from '../../../plan/orders/rolling';
import { toyPartialPlan, toyPlan, toySubject, type ToyOptions } from '../../support/planned';

type Change = (host: HostFacts) => HostFacts;

const services = ['gnocchi', 'ceilometer'];

const options = (era: ToyEra, to: string, then: Change): ToyOptions => ({
  services,
  series: ['antelope', 'bobcat', 'newton', 'ocata', 'pike', 'queens', 'rocky', 'stein', 'flamingo', 'gazpacho'],
  change: (host) => then(ofEra(era)(host)),
  request: { to, services: ['ceilometer'] },
});
const same: Change = (host) => host;
const full = (era: ToyEra, to: string, then = same): Plan => toyPlan(options(era, to, then));
const partial = (era: ToyEra, to: string, then = same): Plan => toyPartialPlan(options(era, to, then));

const own =
  /^(roles-|storage-|code-unread|units-change|pipelines-|partitioning-|api-alone|queue|publisher|series-|skip-level)/;
const said = ({ findings }: Plan): string[] =>
  findings.filter(({ id }) => own.test(id)).map(({ level, id }) => `${level} ${id}`);
const textOf = ({ findings }: Plan, what: string): string =>
  findings.find(({ id }) => id.startsWith(what))?.text ?? 'no such finding';

const publishing = (era: ToyEra, change: NonNullable<ToyEra['publishing']>): ToyEra => ({
  ...era,
  publishing: { ...era.publishing, ...change },
});
const toQueens: ToyEra = { ...collectorsEra, installed: '9.0.7', target: '10.0.1' };
const gone = 'note roles-gone-ceilometer';
const modern: ToyEra = { installed: '20.0.0', target: '21.0.0' };

describe('findings about earlier releases of Ceilometer', () => {
  it.each<[string, () => Plan, string[]]>([
    ['collectors that keep samples in Gnocchi and in a database', () => full(collectorsEra, 'pike'), []],
    [
      'collectors that keep samples in Gnocchi alone',
      () => full(publishing(collectorsEra, { dispatchers: ['gnocchi'], keeps: [] }), 'pike'),
      [],
    ],
    [
      'collectors that keep samples where nothing proves that they arrive',
      () => full(publishing(collectorsEra, { dispatchers: ['http'], keeps: [] }), 'pike'),
      ['blocker publisher-not-provable-ceilometer'],
    ],
    [
      'collectors that keep samples in a database of their own alone',
      () => full(publishing(collectorsEra, { dispatchers: ['database'] }), 'pike'),
      ['blocker publisher-not-provable-ceilometer'],
    ],
    [
      'the same, host by host',
      () => partial(publishing(collectorsEra, { dispatchers: ['database'] }), 'pike'),
      ['blocker publisher-not-provable-ceilometer'],
    ],
    [
      'collectors that tell others as well',
      () => full(publishing(collectorsEra, { dispatchers: ['file', 'gnocchi'], keeps: [] }), 'pike'),
      ['warning publisher-beside-file'],
    ],
    [
      'samples in MongoDB',
      () => full(publishing(collectorsEra, { keeps: ['mongodb'] }), 'pike'),
      ['blocker storage-not-restorable-ceilometer'],
    ],
    [
      'events in a database of their own',
      () => full(publishing(collectorsEra, { keeps: ['mysql', 'event_connection: mysql'] }), 'pike'),
      ['blocker storage-not-restorable-ceilometer'],
    ],
    [
      'code for Python 2, which no proof can call',
      () => full({ ...collectorsEra, publishing: null }, 'pike'),
      ['blocker code-unread-ceilometer', 'warning publishers-unread-ceilometer'],
    ],
    [
      'the last release with collectors, and they run',
      () => full(toQueens, 'queens'),
      ['blocker roles-end-ceilometer'],
    ],
    [
      'the same, and nobody uses them any more',
      () =>
        full(
          { ...publishing(toQueens, { publishers: ['gnocchi'], collected: false, keeps: [] }), roles: [] },
          'queens',
        ),
      [gone],
    ],
    ['a release that has neither', () => full(partitionedEra, 'rocky'), [gone]],
    ["today's release", () => full(modern, 'bobcat'), [gone]],
    [
      'a release that gives meters other units',
      () => full({ installed: '25.0.0', target: '26.0.0' }, 'gazpacho'),
      ['warning units-change-ceilometer', gone],
    ],
    [
      'host by host: an API on one host alone',
      () =>
        partial(collectorsEra, 'pike', (host) =>
          host.host !== 'ctl2' || host.packages === null
            ? host
            : {
                ...host,
                packages: {
                  ...host.packages,
                  units: host.packages.units.filter(({ name }) => name !== 'ceilometer-api'),
                },
              },
        ),
      ['blocker api-alone-ceilometer-api'],
    ],
    ['host by host: collectors beside collectors', () => partial(collectorsEra, 'pike'), []],
  ])('%s', (_, plan, findings) => {
    expect(said(plan())).toEqual(findings);
  });

  it('says of each release up to Rocky that no host has run it but as a stand-in', () => {
    const told = ({ findings }: Plan): boolean => findings.some(({ id }) => id === 'stand-ins-only-ceilometer');
    expect([full(collectorsEra, 'pike'), partial(partitionedEra, 'rocky'), full(modern, 'bobcat')].map(told)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('says how a cloud that keeps samples in its own database alone gets a plan', () => {
    const alone = full(publishing(collectorsEra, { dispatchers: ['database'] }), 'pike');
    const { text = '', remedy = '' } = alone.findings.find(({ id }) => id.startsWith('publisher-not-provable')) ?? {};
    expect(text).toMatch(/^ctl1, ctl2: Ceilometer keeps its samples in its own database alone here\./);
    expect(remedy).toContain(
      'a second line meter_dispatchers = gnocchi beside "database" in /etc/ceilometer/ceilometer.conf',
    );
    expect(said(full(publishing(collectorsEra, { dispatchers: ['database', 'gnocchi'] }), 'pike'))).toEqual([]);
  });

  it('says which role ended when, and why a plan has no step for it', () => {
    expect(textOf(full(partitionedEra, 'rocky'), 'roles-gone')).toBe(
      'No step for ceilometer-api, ceilometer-collector and the database of ceilometer: Ceilometer has none of them since its release after Pike (9).',
    );
  });

  it('has no step for a role that ended, though the cloud file, its load balancer and its request name it still', () => {
    const order = ['database', 'collector', 'notification', 'polling', 'api'];
    const subject = toySubject({
      ...options(partitionedEra, 'rocky', same),
      loadBalancer: { kind: 'other', frontends: { 'ceilometer-api': 'https://cloud.example:8777' } },
      request: {
        to: 'rocky',
        services: ['ceilometer'],
        options: { agents: { order, reason: 'the order that our own runbook has' } },
      },
    });
    const plan = planPartial({ ...subject, cloud: { ...subject.cloud, apis: { 'ceilometer-api': { port: 18777 } } } });
    expect(textOf(plan, 'roles-gone')).toMatch(
      /^No step for ceilometer-api, ceilometer-collector and the database of ceilometer: .* since its release after Pike \(9\)\. The cloud file still has apis\.ceilometer-api and loadBalancer\.frontends\.ceilometer-api: the plan uses none of it\.$/,
    );
    expect(textOf(plan, 'agents-order-skips')).toMatch(/^No step for collector and api/);
    expect(plan.phases.map(({ id }) => id)).toEqual(['prepare', 'agents-ctl1', 'agents-ctl2', 'verify']);
    expect(JSON.stringify(plan.phases)).not.toMatch(/ceilometer-(api|collector)/);
  });

  it('names what an upgrade past the last release with collectors would take away', () => {
    expect(textOf(full(toQueens, 'queens'), 'roles-end')).toMatch(
      /^Pike \(9\) is the last release of Ceilometer with ceilometer-api, ceilometer-collector and the database of ceilometer\. Here ceilometer-collector on ctl1.*still run\. The pipelines on ctl1 and ctl2 publish to notifier:\/\//,
    );
  });
});

const then = (change: Partial<PipelineChanges>): ToyEra => ({
  ...partitionedEra,
  pipelines: { ...newPipeline, ...change },
});
const differing =
  (what: 'now' | 'queues' | 'then'): Change =>
  (host) => {
    const read = host.packages?.publishing['ceilometer'];
    if (host.host !== 'ctl2' || host.packages === null || read == null) return host;
    const changed = what === 'now' ? { pipelines: 'c3' } : what === 'queues' ? { partitioned: 5 } : {};
    const pipelines = what === 'then' ? { ...newPipeline, pipelines: 'c3' } : newPipeline;
    return {
      ...host,
      packages: {
        ...host.packages,
        publishing: { ceilometer: { ...read, ...changed } },
        pipelines: { ceilometer: pipelines },
      },
    };
  };

describe('notification agents that share the work of a pipeline, host by host (R-CEIL-17, R-CEIL-18)', () => {
  it.each<[string, () => Plan, string[]]>([
    [
      'the same pipelines everywhere and in the new release',
      () => partial(then({ pipelines: 'a1', files: {} }), 'rocky'),
      [],
    ],
    [
      'other pipelines in the new release, which the installed one can load',
      () => partial(then({}), 'rocky'),
      ['note pipelines-first-ceilometer'],
    ],
    [
      'other pipelines in the new release, which the installed one cannot load',
      () => partial(then({ unknown: ['prometheus'] }), 'rocky'),
      ['blocker pipelines-unknown-ceilometer'],
    ],
    [
      'pipelines that are not the same on every host',
      () => partial(then({}), 'rocky', differing('now')),
      ['blocker pipelines-differ-ceilometer'],
    ],
    [
      'pipelines that will not be the same on every host',
      () => partial(then({}), 'rocky', differing('then')),
      ['blocker pipelines-differ-ceilometer'],
    ],
    [
      'not as many queues on every host',
      () => partial(then({}), 'rocky', differing('queues')),
      ['blocker partitioning-differs-ceilometer'],
    ],
    [
      'pipelines of the new release that could not be read',
      () => partial({ ...partitionedEra, pipelines: null }, 'rocky'),
      ['blocker pipelines-unread-ceilometer'],
    ],
    ['nobody shares: the guide lets both work', () => partial(publishing(then({}), { partitioned: 0 }), 'rocky'), []],
    ['all of them stop first: in a full upgrade nothing is asked', () => full(then({}), 'rocky', differing('now')), []],
  ])('%s', (_, plan, findings) => {
    expect(said(plan()).filter((one) => one !== gone)).toEqual(findings);
  });

  it('gives the new pipelines to the agents of the other hosts before the first new agent starts, and proves each', () => {
    const { phases } = toyPartialPlan({ ...options(then({}), 'rocky', same), controllers: ['ctl1', 'ctl2', 'ctl3'] });
    const words = /pipelines|resource-types|(start|proof)-ceilometer-agent-notification$/;
    const turn = phases.find(({ id }) => id === 'agents-ctl1')?.batches ?? [];
    expect(
      turn.flatMap(({ hosts, steps }) => steps.flatMap(({ id }) => (words.test(id) ? [`${hosts.join()} ${id}`] : []))),
    ).toEqual([
      'ctl1 ceilometer/resource-types',
      ...['ctl2', 'ctl3'].flatMap((host) =>
        [
          'pipelines-ceilometer/stop-ceilometer-agent-notification',
          'ceilometer/pipelines',
          'pipelines-ceilometer/start-ceilometer-agent-notification',
          'pipelines-ceilometer/proof-ceilometer-agent-notification',
        ].map((id) => `${host} ${id}`),
      ),
      'ctl1 ceilometer/start-ceilometer-agent-notification',
      'ctl1 ceilometer/proof-ceilometer-agent-notification',
    ]);
  });
});

describe('queues that throw away what waits in them', () => {
  const limited =
    (queueLimits: HostFacts['queueLimits']): Change =>
    (host) =>
      host.host === 'mq1' && queueLimits !== undefined ? { ...host, queueLimits } : host;
  const ttl = { vhost: '/', queue: 'notifications.sample', limit: 'message-ttl', value: 60_000 };
  const plan = (limits: HostFacts['queueLimits'], draw = full): string[] =>
    said(draw(modern, 'bobcat', limited(limits))).filter((one) => /queue/.test(one));

  it.each<[string, HostFacts['queueLimits'], string[]]>([
    ['none', [], []],
    ['of Ceilometer', [ttl], ['warning queues-lose-ceilometer']],
    ['of others', [{ ...ttl, queue: 'reply_4711' }], []],
    ['nobody could read it', null, ['warning queue-limits-unread-ceilometer']],
  ])('%s', (_, limits, findings) => {
    expect(plan(limits)).toEqual(findings);
  });

  it('host by host the agents of other hosts take what comes', () => {
    expect(plan([ttl], partial)).toEqual([]);
  });

  it('says for how long a queue keeps a message', () => {
    expect(textOf(full(modern, 'bobcat', limited([ttl])), 'queues-lose')).toContain(
      'notifications.sample on vhost / keeps a message for 60 s',
    );
  });
});
