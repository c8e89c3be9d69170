import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Probe } from '../../schema/plan';
import { collectorsEra, ofEra } from '../support/eras';
import { toyPartialPlan, toyPlan } from '../support/planned';
import { guardsOf } from './guards';
import { lookAt, type Violation } from './violated-probes';

const services = ['keystone', 'gnocchi', 'ceilometer'];
const { phases } = toyPlan({ services });
const ofAgents = /^(gnocchi|ceilometer)\/(quiet|drained|first|proof|cost|twice)-/;
/** They tell, and stop nothing. */
const only = /\/(cost|twice)-/;
const guards = guardsOf({ phases: phases.map((phase) => ({ ...phase, wayBack: { kind: 'nothing' } })) }).filter(
  ({ probe }) => ofAgents.test(probe.id),
);

const refuses = (said: string): string => `echo ${said.includes("'") ? `"${said}"` : `'${said}'`}; exit 1`;

/** What the programs said on hosts of the lab (npm run lab:telemetry), by the step that looked. */
const seen: Readonly<Record<string, string>> = {
  'gnocchi/quiet-backlog': '1204 measures of 5 metrics wait to be processed',
  'gnocchi/drained-gnocchi-metricd': '10 measures of 5 metrics wait to be processed',
  'ceilometer/first-ceilometer-agent-notification':
    'ceilometer-agent-notification lost a publisher when it started and throws its samples away: Unable to load publisher gnocchi://',
  'ceilometer/first-ceilometer-agent-central':
    'ceilometer-agent-central has polled nothing since it was started: its log names no pollster after 150 s',
};

const nothingArrives =
  '8 of 8 samples of meter identity.authenticate.success that were sent are not in Gnocchi after 150 s';

/** As `list_queues` of RabbitMQ 3.10 wrote them: nobody takes from the last one, and it is none of theirs. */
const queues =
  'notifications.info\\t1100\\t2\\nnotifications.sample\\t104\\t2\\nother_notifications.info\\t70000\\t0\\n';
const busyQueues: Violation = {
  commands: { rabbitmqctl: `case $2 in list_vhosts) echo / ;; list_queues) printf '${queues}' ;; esac` },
  said: '1204 messages wait for agents, most of them in notifications.info',
};

const violations: Readonly<Record<string, Violation>> = {
  'ceilometer/quiet-queues': busyQueues,
  ...Object.fromEntries(
    Object.entries(seen).map(([id, said]) => [
      id,
      {
        // The agent's log is read by root, the store by the service's own user.
        commands: id.startsWith('gnocchi/')
          ? { su: refuses(said) }
          : { python3: refuses(said), su: refuses(nothingArrives) },
        said,
      },
    ]),
  ),
};

const upgradeSaid =
  'it ended with 1: tenacity.RetryError: RetryError[<Future at 0x7f1d1ef00890 state=finished raised ConnectionFailure>]. It needs Keystone and Gnocchi at the ' +
  'addresses in the catalogue. No agent with the new code has started, and notifications wait in their queues. Make sure that both answer from this host, then retry.';

/** As ceilometer-upgrade 20.0.0 on Debian 12 wrote it when nobody listened at Gnocchi's address, without the lines before. */
const upgradeLog = `2026-11-30 09:49:55.098 226 ERROR ceilometer     raise retry_exc from fut.exception()
2026-11-30 09:49:55.098 226 ERROR ceilometer tenacity.RetryError: RetryError[<Future at 0x7f1d1ef00890 state=finished raised ConnectionFailure>]
2026-11-30 09:49:55.098 226 ERROR ceilometer 
`;

/** What it does, on a host whose ceilometer-upgrade fails so. */
function failedUpgrade(): Violation {
  return {
    commands: { su: 'exit 1' },
    hostFiles: { '/var/log/ceilometer/ceilometer-upgrade.log': upgradeLog },
    said: upgradeSaid,
  };
}

describe('the step that needs Gnocchi and Keystone', () => {
  it('says which error its log has, what it means now and what to do', () => {
    const steps = phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.steps));
    const step = steps.find(({ id }) => id === 'ceilometer/resource-types');
    const violation = failedUpgrade();
    expect(lookAt({ probe: step as unknown as Probe, violation })).toEqual({ code: 1, lastLine: upgradeSaid });
  });
});

describe('every look that holds a full upgrade of Gnocchi and Ceilometer up', () => {
  it('is violated once: none is missing, and none is listed that is gone', () => {
    const looks = guards.map(({ probe }) => probe.id).filter((id) => !only.test(id));
    expect(looks.sort()).toEqual(Object.keys(violations).sort());
  });

  it.each(guards.flatMap(({ probe }) => (violations[probe.id] === undefined ? [] : [[probe.id, probe] as const])))(
    '%s stops the run and says why',
    (id, probe) => {
      const violation = violations[id]!;
      const { code, lastLine } = lookAt({ probe, violation });
      expect([lastLine, code !== 0]).toEqual([violation.said, true]);
    },
  );

  it('says what did not arrive where the agent lost nothing', () => {
    const probe = guards.find(({ probe: { id } }) => id.endsWith('first-ceilometer-agent-notification'))!.probe;
    const violation = {
      commands: {
        python3: 'echo ceilometer-agent-notification: no publisher was lost at its start',
        su: refuses(nothingArrives),
      },
      said: nothingArrives,
    };
    expect(lookAt({ probe, violation })).toEqual({ code: 1, lastLine: nothingArrives });
  });

  it.each(['/cost-', '/twice-'])('never stops for what it only tells: %s', (which) => {
    const probe = guards.find(({ probe: { id } }) => id.includes(which))!.probe;
    const commands = { python3: 'echo "1732956000.000 identity.users"', stat: 'echo 1732956000', su: 'cat; echo told' };
    expect(lookAt({ probe, violation: { commands, said: '' } })).toEqual({ code: 0, lastLine: 'told' });
  });
});

describe('what holds collectors up, up to Pike', () => {
  const { phases: turns } = toyPartialPlan({
    services: ['gnocchi', 'ceilometer'],
    series: ['ocata', 'pike'],
    change: ofEra(collectorsEra),
    request: { to: 'pike', services: ['ceilometer'] },
  });
  const probes = turns.flatMap(({ batches }) =>
    batches.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'probe' ? [step] : []))),
  );
  const strange =
    'ceilometer-collector does not understand what it takes: Dispatcher failed to handle the notification, re-queuing it.';

  it.each<[string, Violation]>([
    ['ceilometer/proof-ceilometer-collector', { commands: { python3: refuses(strange), su: 'exit 1' }, said: strange }],
    [
      'ceilometer/proof-ceilometer-collector',
      { commands: { python3: 'echo understood', su: refuses(nothingArrives) }, said: nothingArrives },
    ],
    [
      'ceilometer/understands-beside-ctl1-ceilometer-collector',
      { commands: { python3: refuses(strange) }, said: strange },
    ],
  ])('%s stops the run and says why', (id, violation) => {
    const probe = probes.find((one) => one.id === id)!;
    const { code, lastLine } = lookAt({ probe, violation });
    expect([lastLine, code !== 0]).toEqual([violation.said, true]);
  });
});

describe('docs/what-if.md', () => {
  const file = join(__dirname, '../../docs/what-if.md');

  it('lists these looks, and the step that needs Gnocchi and Keystone, in the words of the code', () => {
    const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- telemetry: .*-->$/m);
    const text = `${before ?? ''}${mark('written by the test')}\n\n${table().join('\n')}\n\n${mark('end')}${after ?? ''}`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('names every finding about services that measure', () => {
    const sources = ['publishing', 'agents', 'eras', 'queue-limits', 'queue-consumers'].map((name) =>
      readFileSync(join(__dirname, `../../plan/findings/${name}.ts`), 'utf8'),
    );
    const ids = [...sources.join('\n').matchAll(/what: [`']([a-z-]+)[$']/g)].map(([, id = '']) => id);
    expect(ids.length).toBeGreaterThan(27);
    const text = readFileSync(file, 'utf8');
    expect(ids.filter((id) => !text.includes(`\`${id}`))).toEqual([]);
  });
});

function mark(word: string): string {
  return `<!-- telemetry: ${word} -->`;
}

function table(): string[] {
  const rows = guards.flatMap(({ probe, phases: where }) =>
    violations[probe.id] === undefined
      ? []
      : [[probe.title, waits(probe, where), violations[probe.id]!.said, probe.remedy ?? '']],
  );
  const step = [
    'timeout 900 ceilometer-upgrade --retry 5',
    'gate in start, after some 20 s where nobody listens',
    upgradeSaid,
    'as it says',
  ];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;')).join(' | ')} |`;
  return [
    line(['must hold', 'where it stops', 'seen, for example', 'what to do']),
    '|---|---|---|---|',
    ...[...rows, step].map(line),
  ];
}

function waits(step: Probe, where: readonly string[]): string {
  const place = where.join(', ');
  return step.retryForSeconds === 0
    ? `gate in ${place}`
    : `waits ${String(step.retryForSeconds / 60)} min in ${place}, then gate`;
}
