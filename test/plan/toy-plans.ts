import type { HostFacts } from '../../catalog/facts';
import type { LibraryUser } from '../../catalog/platform/library-users';
import { services } from '../../catalog/services';
import type { CloudState } from '../../plan/cloud-state';
import type { Plan } from '../../schema/plan';
import {
  enginesApart,
  frontsApart,
  idleUnit,
  keystoneSite,
  movedByPeople,
  ownVhost,
  sitesOfApache,
  unreadBalancer,
  withMetering,
  withOffers,
} from '../support/cloud-changes';
import { collectorsEra, newPipeline, ofEra, partitionedEra, type ToyEra } from '../support/eras';
import { toyDrawing } from '../support/planned';

interface Drawing {
  readonly plan: Plan;
  /** The cloud that the plan begins with. */
  readonly before: CloudState;
}

/** Services of which one host may change while another one serves: not Gnocchi and Ceilometer (plan/scope/lead.ts). */
export const stageable = ['keystone', 'glance', 'placement', 'heat'];

type Toy = Parameters<typeof toyDrawing>[0];

const full = (toy: Toy): Drawing => toyDrawing({ kind: 'full', ...toy });
const partial = (toy: Toy): Drawing =>
  toyDrawing({ services: ['heat'], ...toy, request: { services: ['heat'], ...toy.request } });

const staged = (toy: Toy): Toy => ({ request: { options: { full: { order: 'staged' } } }, ...toy });

/** A plan of each kind and order, by the name of its golden file. */
const fullDrawings: Readonly<Record<string, () => Drawing>> = {
  'full-two-controllers': () => full({}),
  'full-one-controller': () => full({ controllers: ['ctl1'] }),
  'full-three-controllers': () => full({ controllers: ['ctl1', 'ctl2', 'ctl3'] }),
  'full-engines-apart': () =>
    full({ services: ['heat'], controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'], change: enginesApart }),
  'full-fronts-apart': () => full({ change: frontsApart }),
  'full-every-service': () => full({ services: services.map(({ name }) => name) }),
  'full-others-restarted': () =>
    full({ change: (host) => withOffers(withMetering(host)), request: { options: { restart: 'all' } } }),
  'full-under-apache': () =>
    full({
      services: ['keystone', 'placement', 'heat'],
      change: (host) =>
        idleUnit('placement-api')(
          sitesOfApache([keystoneSite, { name: 'placement-api', port: 8778, user: 'placement' }])(host),
        ),
    }),
  'full-second-copy': () => full({ backup: { copyTo: 'mq1' } }),
  'full-telemetry': () => full({ services: ['keystone', 'heat', 'gnocchi', 'ceilometer'] }),
  'full-ceilometer-only': () =>
    full({
      services: ['keystone', 'gnocchi', 'ceilometer'],
      request: { services: ['ceilometer'] },
    }),
  'full-computes-upgraded': () => full({ ...ofAgents, others: { cmp1: compute(), cmp2: compute() } }),
  'full-computes-stopped': () =>
    full({ ...ofAgents, others: { cmp1: compute(novaCompute), cmp2: compute(novaCompute) } }),
  'full-keystone-only': () => full({ services: ['keystone'] }),
  'staged-two-controllers': () => full(staged({ services: stageable })),
  'staged-three-controllers': () => full(staged({ controllers: ['ctl1', 'ctl2', 'ctl3'] })),
  'staged-engines-apart': () =>
    full(staged({ services: ['heat'], controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'], change: enginesApart })),
  'staged-fronts-apart': () => full(staged({ change: frontsApart })),
  'staged-others-restarted': () =>
    full(
      staged({
        change: (host) => withOffers(withMetering(host)),
        request: { options: { restart: 'all', full: { order: 'staged' } } },
      }),
    ),
  'staged-under-apache': () =>
    full(
      staged({
        services: ['keystone', 'placement', 'heat'],
        change: (host) =>
          idleUnit('placement-api')(
            sitesOfApache([keystoneSite, { name: 'placement-api', port: 8778, user: 'placement' }])(host),
          ),
      }),
    ),
};

const rolling = (options: object): { request: object } => ({ request: { options: { rolling: options } } });

const rollingDrawings: Readonly<Record<string, () => Drawing>> = {
  'partial-two-controllers': () => partial({}),
  'partial-five-controllers': () => partial({ controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4', 'ctl5'] }),
  'partial-two-side-hosts': () =>
    partial({
      controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4', 'ctl5'],
      ...rolling({ keeper: ['ctl2', 'ctl4'] }),
    }),
  'partial-old-vhost-goes': () =>
    partial({ ...rolling({ removeOldVhost: true }), change: ownVhost({ notificationVhost: 'metering' }) }),
  'partial-balanced-by-people': () => partial({ loadBalancer: movedByPeople, change: unreadBalancer }),
  'partial-guide-order': () =>
    partial({ controllers: ['ctl1', 'ctl2', 'ctl3', 'ctl4'], ...rolling({ order: 'guide' }) }),
  'partial-api-switch-first': () =>
    partial({ controllers: ['ctl1', 'ctl2', 'ctl3'], ...rolling({ order: 'guide', apis: 'switchFirst' }) }),
  'partial-venv': () =>
    partial({
      controllers: ['ctl1', 'ctl2', 'ctl3'],
      ...rolling({ order: 'venv', wheelhouse: '/srv/heat-wheels' }),
    }),
  'partial-others-restarted': () =>
    partial({ change: withMetering, request: { options: { restart: ['gnocchi-api'] } } }),
  'partial-engines-apart': () => partial({ controllers: ['ctl1', 'ctl2', 'eng1', 'eng2'], change: enginesApart }),
};

/** The target polls what the installed release does not, and polling.yaml enables it. */
export const newPollsters =
  ({ ownPolling }: { ownPolling: boolean }) =>
  (host: HostFacts): HostFacts => ({
    ...host,
    packages:
      host.packages === null
        ? null
        : {
            ...host.packages,
            publishing: { ceilometer: { publishers: ['gnocchi'], coordinated: true, pipelines: 'a1', ownPolling } },
            pollsters: { ceilometer: { removed: [], added: ['image.size', 'volume.size'] } },
          },
  });

/** Notification agents have hosts of their own. */
export function notificationApart(host: HostFacts): HostFacts {
  const other = host.host.startsWith('tel') ? 'ceilometer-agent-central' : 'ceilometer-agent-notification';
  return host.packages === null
    ? host
    : { ...host, packages: { ...host.packages, units: host.packages.units.filter(({ name }) => name !== other) } };
}

/** A host that is only a compute, with Ceilometer's agent and these services beside it. */
export function compute(...beside: readonly LibraryUser[]): NonNullable<NonNullable<Toy['others']>[string]> {
  return { roles: ['compute'], units: ['ceilometer-agent-compute'], beside };
}

/** As programs/library-users.py says it of one that loads oslo.messaging. */
export const novaCompute: LibraryUser = {
  unit: 'nova-compute.service',
  owners: ['nova-compute'],
  commands: ['nova-compute'],
  processes: 1,
  uses: ['python3-oslo.messaging'],
  seen: ['required'],
  listens: [],
  replaced: [],
};

const ofAgents = { services: ['keystone', 'gnocchi', 'ceilometer'], request: { services: ['ceilometer'] } };

const agentDrawings: Readonly<Record<string, () => Drawing>> = {
  'agents-two-controllers': () => toyDrawing(ofAgents),
  'agents-three-controllers': () => toyDrawing({ ...ofAgents, controllers: ['ctl1', 'ctl2', 'ctl3'] }),
  'agents-apart': () =>
    toyDrawing({ ...ofAgents, controllers: ['ctl1', 'ctl2', 'tel1', 'tel2'], change: notificationApart }),
  'agents-new-pollsters': () =>
    toyDrawing({ ...ofAgents, controllers: ['ctl1', 'ctl2', 'ctl3'], change: newPollsters({ ownPolling: false }) }),
  'agents-computes': () =>
    toyDrawing({
      ...ofAgents,
      others: { cmp1: compute(), cmp2: compute(), cmp3: compute(), cmp4: compute(novaCompute) },
    }),
  'agents-computes-follow': () =>
    toyDrawing({ ...ofAgents, change: atTarget, others: { cmp1: compute(), cmp2: compute(), cmp3: compute() } }),
};

/** As an earlier run left it: controllers have what the source offers. */
export function atTarget(host: HostFacts): HostFacts {
  const { packages } = host;
  if (packages === null || !host.host.startsWith('ctl')) return host;
  const target = (name: string): string | undefined =>
    packages.simulation.installs.find((one) => one.name === name)?.target;
  return {
    ...host,
    packages: {
      ...packages,
      installed: packages.installed.map((one) => ({ ...one, version: target(one.name) ?? one.version })),
      simulation: { ...packages.simulation, installs: [] },
    },
  };
}

/** Earlier releases of Ceilometer (docs/decisions/0014-eras.md), each in both modes. */
const inEra = (of: {
  era: ToyEra;
  from: string;
  to: string;
  kind: 'full' | 'partial';
  toy?: Toy;
  options?: object;
}): Drawing => {
  const { era, from, to, kind, toy, options = {} } = of;
  const services = kind === 'full' ? ['gnocchi', 'ceilometer'] : ['ceilometer'];
  const around = { services: ['gnocchi', 'ceilometer'], series: [from, to], change: ofEra(era), ...toy };
  return toyDrawing({ kind, ...around, request: { services, to, options } });
};

const collectors = { era: collectorsEra, from: 'ocata', to: 'pike' } as const;
const partitioned = { era: partitionedEra, from: 'queens', to: 'rocky' } as const;
const three = { controllers: ['ctl1', 'ctl2', 'ctl3'] };

const eraDrawings: Readonly<Record<string, () => Drawing>> = {
  'era-collectors-full': () => inEra({ ...collectors, kind: 'full' }),
  'era-collectors-computes': () => inEra({ ...collectors, kind: 'full', toy: { others: { cmp1: compute() } } }),
  'era-collectors-partial': () => inEra({ ...collectors, kind: 'partial', toy: three }),
  'era-collectors-another-order': () =>
    inEra({
      ...collectors,
      kind: 'partial',
      options: {
        agents: {
          order: ['database', 'polling', 'notification', 'collector', 'api'],
          reason: 'CHG-2207: the storage team wants the collectors untouched until Thursday.',
        },
      },
    }),
  'era-collectors-gnocchi-alone': () =>
    inEra({
      ...collectors,
      kind: 'partial',
      era: { ...collectorsEra, publishing: { ...collectorsEra.publishing, dispatchers: ['gnocchi'], keeps: [] } },
    }),
  'era-database-sync': () =>
    inEra({
      era: { ...collectorsEra, installed: '6.1.3', target: '6.1.5' },
      from: 'mitaka',
      to: 'mitaka',
      kind: 'full',
    }),
  'era-partitioned-full': () => inEra({ ...partitioned, kind: 'full' }),
  'era-partitioned-same-pipelines': () =>
    inEra({
      ...partitioned,
      kind: 'partial',
      era: { ...partitionedEra, pipelines: { ...newPipeline, pipelines: 'a1', files: {} } },
    }),
  'era-partitioned-new-pipelines': () =>
    inEra({ ...partitioned, kind: 'partial', era: { ...partitionedEra, pipelines: newPipeline }, toy: three }),
  'era-not-partitioned': () =>
    inEra({
      ...partitioned,
      kind: 'partial',
      era: {
        ...partitionedEra,
        publishing: { ...partitionedEra.publishing, partitioned: 0 },
        pipelines: newPipeline,
      },
    }),
};

export const drawings = { ...fullDrawings, ...rollingDrawings, ...agentDrawings, ...eraDrawings };

const plansOf = (drawn: Readonly<Record<string, () => Drawing>>): Record<string, () => Plan> =>
  Object.fromEntries(Object.entries(drawn).map(([name, draw]) => [name, () => draw().plan]));

export const fullPlans = plansOf(fullDrawings);
export const rollingPlans = plansOf(rollingDrawings);
