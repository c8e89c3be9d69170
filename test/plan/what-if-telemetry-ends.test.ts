import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts, PackageFacts } from '../../catalog/facts';
import type { Plan, Step } from '../../schema/plan';
import { toyPartialPlan, toyPlan, type ToyOptions } from '../support/planned';
import { newPipeline, ofEra, partitionedEra } from '../support/eras';
import { compute, newPollsters, novaCompute } from './toy-plans';

const services = ['keystone', 'gnocchi', 'ceilometer'];
const file = join(__dirname, '../../docs/what-if.md');

/** A row: what is wrong with the cloud, and where the plan has it end. */
interface Row {
  readonly what: string;
  readonly ends: { readonly finding: string; readonly plan: Plan } | { readonly step: string };
  readonly rule: string;
  readonly then: string;
  /** The command that makes it on hosts (docs/lab.md). Absent: none does. */
  readonly hosts?: 'lab:telemetry' | 'lab:eras';
}

const everywhere =
  (change: (packages: PackageFacts, host: string) => Partial<PackageFacts>) =>
  (host: HostFacts): HostFacts => ({
    ...host,
    packages: host.packages === null ? null : { ...host.packages, ...change(host.packages, host.host) },
  });

const full = toyPlan({ services });
const fullWith = (options: Partial<ToyOptions>): Plan => toyPlan({ services, ...options });
const partialWith = (change: NonNullable<ToyOptions['change']>): Plan =>
  toyPartialPlan({ services, request: { services: ['ceilometer'] }, change });
const publishing = (read: object): ReturnType<typeof everywhere> =>
  everywhere((_, host) => ({
    publishing: { ceilometer: { publishers: ['gnocchi'], coordinated: true, pipelines: host, ...read } },
  }));
/** A copy of all samples, in a queue of its own. */
const readByOthers = (host: HostFacts): HostFacts => {
  const bindings = [{ exchange: 'ceilometer', key: 'notifications.sample' }];
  const at = { vhost: '/', queue: 'billing', bindings, user: 'billing', address: '192.0.2.99', consumers: 1 };
  return host.host === 'mq1' ? { ...host, queueConsumers: [{ ...at, program: 'billing-agent' }] } : host;
};

const rows: readonly Row[] = [
  {
    what: 'host by host: the pipelines of two hosts differ',
    ends: { finding: 'pipelines-differ-ceilometer', plan: partialWith(publishing({})) },
    rule: 'R-CEIL-17',
    then: 'nothing starts before it is accepted; since Stein agents take samples in turn, and no work is partitioned by pipelines',
    hosts: 'lab:telemetry',
  },
  {
    what: 'the new release brings other pipelines than the installed one',
    ends: {
      finding: 'pipelines-change-ceilometer',
      plan: partialWith((host) =>
        everywhere(() => ({ pipelines: { ceilometer: newPipeline } }))(publishing({ pipelines: 'a1' })(host)),
      ),
    },
    rule: 'R-CEIL-17',
    then: 'nothing starts before it is accepted: both work on the same samples until the last host is upgraded',
    hosts: 'lab:telemetry',
  },
  {
    what: 'the same up to Rocky, where agents share the work of a pipeline',
    ends: {
      finding: 'pipelines-first-ceilometer',
      plan: toyPartialPlan({
        services: ['gnocchi', 'ceilometer'],
        series: ['queens', 'rocky'],
        request: { to: 'rocky', services: ['ceilometer'] },
        change: ofEra({ ...partitionedEra, pipelines: newPipeline }),
      }),
    },
    rule: 'R-CEIL-18',
    then: 'the run continues: the old agents get the new pipelines first, one host after the other, and are proved with them',
    hosts: 'lab:eras',
  },
  {
    what: 'host by host: the new release has a pollster that polling.yaml enables',
    ends: { finding: 'pollsters-apart-ceilometer', plan: partialWith(newPollsters({ ownPolling: false })) },
    rule: 'R-CEIL-20',
    then: 'the run continues: new agents poll it in a group of their own, until the last old agent has stopped',
    hosts: 'lab:telemetry',
  },
  {
    what: 'the same, where people chose a group or a polling file',
    ends: { finding: 'pollsters-new-ceilometer', plan: partialWith(newPollsters({ ownPolling: true })) },
    rule: 'R-CEIL-20',
    then: 'refused: exclude it in polling.yaml, or upgrade all hosts at once',
  },
  {
    what: 'host by host: polling agents before notification agents, with a reason',
    ends: {
      finding: 'agents-order-ceilometer',
      plan: toyPartialPlan({
        services,
        request: {
          services: ['ceilometer'],
          options: {
            agents: { order: ['database', 'polling', 'notification'], reason: 'CHG-2207: new meters are billed' },
          },
        },
      }),
    },
    rule: 'R-CEIL-23',
    then: 'nothing starts before it is accepted; old notification agents may keep nothing of a new meter',
    hosts: 'lab:eras',
  },
  {
    what: 'the new release has no pollster for a meter in use',
    ends: {
      finding: 'pollsters-removed-ceilometer',
      plan: fullWith({
        change: everywhere(() => ({ pollsters: { ceilometer: { removed: ['cpu_util'], added: [] } } })),
      }),
    },
    rule: 'R-CEIL-25',
    then: 'nothing starts before it is accepted',
    hosts: 'lab:telemetry',
  },
  {
    what: 'a program that is no agent reads samples from RabbitMQ',
    ends: {
      finding: 'consumer-beside-billing-agent',
      plan: fullWith({ change: readByOthers }),
    },
    rule: 'R-CEIL-28',
    then: 'nothing starts before it is accepted; the run lets it stay connected while agents are stopped',
    hosts: 'lab:telemetry',
  },
  {
    what: 'two central agents do not know of each other',
    ends: {
      finding: 'agents-uncoordinated-ceilometer',
      plan: fullWith({ change: publishing({ coordinated: false }) }),
    },
    rule: 'R-CEIL-14',
    then: 'refused: every sample would be taken twice',
    hosts: 'lab:telemetry',
  },
  {
    what: 'a compute host has agents, and nothing else of OpenStack',
    ends: { finding: 'computes-upgraded-ceilometer', plan: fullWith({ others: { cmp1: compute() } }) },
    rule: 'R-CEIL-12',
    then: 'the run continues: its agents stop with all others, and get the new release; host by host it has a turn after the controllers',
    hosts: 'lab:telemetry',
  },
  {
    what: 'a compute host has nova-compute beside its agents',
    ends: { finding: 'agents-stay-old-ceilometer', plan: fullWith({ others: { cmp1: compute(novaCompute) } }) },
    rule: 'R-CEIL-12',
    then: 'nothing starts before it is accepted: its agents stop with all others, and start again as they are once the new ones are proved; every later plan reminds of them',
    hosts: 'lab:telemetry',
  },
  {
    what: 'the same, host by host',
    ends: {
      finding: 'agents-stay-old-ceilometer',
      plan: toyPartialPlan({ services, request: { services: ['ceilometer'] }, others: { cmp1: compute(novaCompute) } }),
    },
    rule: 'R-CEIL-24',
    then: 'nothing starts before it is accepted: its agents poll on beside new ones, with which they share nothing',
  },
  {
    what: 'a compute host with agents cannot be reached',
    ends: {
      finding: 'host-unread-unreachable@cmp1',
      plan: fullWith({
        unread: [{ host: 'cmp1', problem: 'unreachable', sentence: 'cmp1 did not answer within 10 s.' }],
      }),
    },
    rule: 'R-OPS-33',
    then: 'refused: whether its agents poll is not known (R-CEIL-12)',
    hosts: 'lab:telemetry',
  },
  {
    what: 'more happens than in a quiet hour',
    ends: { step: 'ceilometer/quiet-queues' },
    rule: 'R-CEIL-6',
    then: 'waits while everything serves, then asks; the same for measures that wait in Gnocchi',
    hosts: 'lab:telemetry',
  },
  {
    what: 'measures wait when Gnocchi is to stop',
    ends: { step: 'gnocchi/drained-gnocchi-metricd' },
    rule: 'R-CEIL-4',
    then: 'waits, then asks; gnocchi-metricd still runs',
    hosts: 'lab:telemetry',
  },
  {
    what: 'somebody still takes messages once every agent has stopped',
    ends: { step: 'broker/no-agent-ceilometer' },
    rule: 'R-CEIL-11',
    then: 'a question after 180 s, with the queues; no new agent has started',
    hosts: 'lab:telemetry',
  },
  {
    what: 'nobody answers at the address of Gnocchi',
    ends: { step: 'ceilometer/resource-types' },
    rule: 'R-CEIL-3',
    then: 'ceilometer-upgrade ends after five tries and 900 s at most, then a question; no new agent has started',
    hosts: 'lab:telemetry',
  },
  {
    what: 'Keystone is away when an agent starts, which drops its publisher for good',
    ends: { step: 'ceilometer/first-ceilometer-agent-notification' },
    rule: 'R-CEIL-32',
    then: 'samples that the run sends do not arrive: a question; agents of other hosts stay stopped',
    hosts: 'lab:telemetry',
  },
  {
    what: 'the first polling agent polls nothing',
    ends: { step: 'ceilometer/first-ceilometer-agent-central' },
    rule: 'R-CEIL-13',
    then: 'a question after 150 s; the others stay stopped',
    hosts: 'lab:telemetry',
  },
];

interface Found {
  readonly where: string;
  readonly rules: readonly string[];
}

const stepNamed = (id: string): { readonly step: Step; readonly phase: string } | undefined =>
  full.phases
    .flatMap((phase) => phase.batches.flatMap(({ steps }) => steps.map((step) => ({ step, phase: phase.id }))))
    .find(({ step }) => step.id === id);

function found({ ends }: Row): Found | undefined {
  if ('finding' in ends) {
    const one = ends.plan.findings.find(({ id }) => id === ends.finding);
    return one === undefined ? undefined : { where: `${one.level} \`${one.id}\``, rules: one.sources };
  }
  const one = stepNamed(ends.step);
  return one === undefined
    ? undefined
    : { where: `gate in ${one.phase}, \`${ends.step}\``, rules: one.step.requirements };
}

describe('what the guides warn of', () => {
  it.each(rows.map((row) => [row.what, row] as const))('%s: ends where its rule says', (_, row) => {
    expect(found(row)?.rules).toContain(row.rule);
  });

  it('refuses what it says is refused: such a plan has nothing to approve', () => {
    const refused = rows.flatMap(({ ends, then }) => ('plan' in ends && then.startsWith('refused') ? [ends.plan] : []));
    expect(refused.map(({ phases }) => phases.length)).toEqual([0, 0, 0]);
    const others = rows.flatMap(({ ends, then }) => ('plan' in ends && !then.startsWith('refused') ? [ends.plan] : []));
    expect(others.every(({ phases }) => phases.length > 0)).toBe(true);
  });

  it('stands in docs/what-if.md, row by row', () => {
    const mark = (word: string): string => `<!-- telemetry-ends: ${word} -->`;
    const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- telemetry-ends: .*-->$/m);
    const table = [
      '| what if | ends at | rule | then | made on hosts by |',
      '|---|---|---|---|---|',
      ...rows.map(
        (row) =>
          `| ${row.what} | ${found(row)?.where ?? ''} | ${row.rule} | ${row.then} | ${row.hosts ?? 'no command'} |`,
      ),
    ];
    const text = `${before ?? ''}${mark('written by the test')}\n\n${table.join('\n')}\n\n${mark('end')}${after ?? ''}`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
