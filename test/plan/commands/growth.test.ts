import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { services } from '../../../catalog/services';
import { memoryLooked, queuesLooked } from '../../../plan/commands/growth';
import { lookAt } from '../violated-probes';

const queues = services.find(({ name }) => name === 'ceilometer')?.publishing?.queues ?? 'none';
const looked = (said: string): ReturnType<typeof lookAt> =>
  lookAt({
    probe: queuesLooked({ service: 'ceilometer', title: 'Ceilometer', moment: 'before', queues }),
    violation: {
      commands: { rabbitmqctl: `case "$*" in\n*list_vhosts*) printf '/\\nheat\\n' ;;\n${said}\nesac` },
      said: '',
    },
  });

/** `list_queues name messages consumers message_bytes memory`, as RabbitMQ 3.10 writes them. */
const all = (prefix: string, ...names: readonly string[]): string =>
  `*'-p ${prefix} '*) printf '${names.map((name) => `${name}\\t3\\t1\\t4096\\t34640\\n`).join('')}' ;;`;

describe('the queues of Ceilometer', () => {
  it('are those of its topics in every vhost, and of topics that somebody added', () => {
    const ours = [
      'notifications.info',
      'metering.sample',
      'ceilometer-pipe-meter_source:meter_sink-0',
      'billing.sample',
    ];
    const found = looked(
      `${all('/', ...ours, 'reply_9f', 'engine', 'q-agent-notifier-port-update_fanout_5')}\n${all('heat', 'engine', 'notifications.error')}`,
    );
    expect(found).toEqual({ code: 0, lastLine: '5 queues' });
  });

  it('hold nobody up where the broker does not tell', () => {
    expect(looked("*) echo 'Error: unable to perform an operation' >&2; exit 69 ;;")).toEqual({
      code: 0,
      lastLine: 'the queues could not be read: rabbitmqctl ended with 69',
    });
  });
});

describe('the memory of an agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['of every process that is still there', true, /^memory\tceilometer-polling\t[1-9]\d*\t1\t\d+$/],
    ['of none where the unit does not run', false, /^$/],
  ])('is read %s', (_, active, line) => {
    const process = spawn('sleep', ['30']);
    const gone = 2 ** 22;
    writeFileSync(join(folder, 'cgroup.procs'), `${String(process.pid)}\n${String(gone)}\n`);
    const { code, lastLine } = lookAt({
      probe: memoryLooked({ service: 'ceilometer', moment: 'after', units: ['ceilometer-polling'] }),
      violation: {
        commands: {
          systemctl: `case "$*" in
*is-active*) ${active ? 'exit 0' : 'exit 3'} ;;
*ControlGroup*) echo /../../..${folder} ;;
*Monotonic*) echo 5000000 ;;
esac`,
        },
        said: '',
      },
    });
    process.kill();
    expect([code, line.test(lastLine)]).toEqual([0, true]);
  });
});
