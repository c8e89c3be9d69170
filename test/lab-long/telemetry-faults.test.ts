import '../lab/lab-own-network';
import type { HostName } from '../../lab';
import type { Gate } from '../../schema/decision';
import type { PreflightResult } from '../../schema/status';
import { workflowId } from '../../client/workflow-id';
import { approvePlan, controllers } from '../lab/four-services';
import { counted, extras, intervalSeconds, measuresAgain } from '../lab/telemetry';
import { insist, onHost, openGate, sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const services = ['gnocchi', 'ceilometer'];
const request = { cloud: 'cedar', to: 'bobcat', services };
const id = workflowId({ ...request, kind: 'full' });
const notification = 'ceilometer-agent-notification';
const central = 'ceilometer-agent-central';
const dropIn = `/etc/systemd/system/${notification}.service.d/nowhere.conf`;
const configuration = '/etc/ceilometer/ceilometer.conf';

/** What is wrong with the cloud, and how a person fixes it. */
interface Fault {
  readonly on: readonly HostName[];
  readonly make: string;
  readonly fix: string;
}

/** As Heat sends them, of a kind that nothing is measured by; more than a quiet hour has. */
const burst = `python3 - <<'END'
import oslo_messaging
from oslo_config import cfg
conf = cfg.ConfigOpts()
conf(args=[], default_config_files=['/etc/heat/heat.conf'])
notifier = oslo_messaging.Notifier(oslo_messaging.get_notification_transport(conf), driver='messagingv2', publisher_id='lab', topics=['notifications'])
for number in range(1100):
    notifier.info({}, 'lab.nothing', {'number': number})
END`;
/** Agents that hang still count as consumers: what waits for them is work that is not done. */
const agentsHang: Fault = {
  on: controllers,
  make: `systemctl kill --signal=STOP ${notification}; test $(hostname) != ctl1 || ${burst}`,
  fix: `systemctl kill --signal=CONT ${notification}`,
};
/** Measures of a metric that nobody has; more than a quiet hour has. gnocchi-metricd throws them away once it works again. */
const measures = `cat > /tmp/measures.py <<'END'
import uuid
import numpy
from gnocchi import incoming, service
driver = incoming.get_driver(service.prepare_service([], log_to_std=True))
metric = uuid.uuid4()
for number in range(1100):
    driver.add_measures(metric, [incoming.Measure(numpy.datetime64('now', 'ns'), 1.0)])
END
su -s /bin/sh -c 'python3 /tmp/measures.py' gnocchi; rm /tmp/measures.py`;
const measuresWait: Fault = {
  on: controllers,
  make: `systemctl kill --signal=STOP gnocchi-metricd; test $(hostname) != ctl1 || { ${measures}; }`,
  fix: 'systemctl kill --signal=CONT gnocchi-metricd',
};
/** One that somebody started by hand: no lock of a run holds it. */
const strayAgent: Fault = {
  on: ['ctl2'],
  make: 'systemd-run --quiet --unit=by-hand --uid=ceilometer ceilometer-agent-notification --log-file /var/log/ceilometer/by-hand.log',
  fix: 'systemctl stop by-hand',
};
const metricdHangs: Fault = {
  on: controllers,
  make: 'systemctl kill --signal=STOP gnocchi-metricd',
  fix: 'systemctl kill --signal=CONT gnocchi-metricd',
};
const frontEndAway: Fault = {
  on: ['lb1'],
  make: "echo 'disable frontend gnocchi_front' | socat - /run/haproxy/admin.sock",
  fix: "echo 'enable frontend gnocchi_front' | socat - /run/haproxy/admin.sock",
};
/** The agent of this host reaches neither Keystone nor Gnocchi when it starts, as behind a firewall that somebody changed. */
const reachesNobody: Fault = {
  on: ['ctl1'],
  make: `mkdir -p $(dirname ${dropIn})
    printf '[Service]\\nEnvironment=http_proxy=http://127.0.0.1:9\\n' > ${dropIn}
    systemctl daemon-reload`,
  fix: `rm ${dropIn}; rmdir $(dirname ${dropIn}) 2>/dev/null; systemctl daemon-reload; systemctl restart ${notification}`,
};
const nothingToPoll: Fault = {
  on: ['ctl1'],
  make: 'mv /etc/ceilometer/pollsters.d/users.yaml /root/users.yaml',
  fix: `mv /root/users.yaml /etc/ceilometer/pollsters.d/users.yaml; systemctl restart ${central}`,
};
const uncoordinated: Fault = {
  on: controllers,
  // Seven seconds apart: what both of them take in the same second is one measure to Gnocchi, and nobody could count it.
  make: `cp -p ${configuration} /root/; sed -i '/^backend_url/d' ${configuration}; test $(hostname) = ctl1 || sleep 7; systemctl restart ${central}`,
  fix: `cp -p /root/ceilometer.conf ${configuration}; systemctl restart ${central}`,
};

/** A listener of oslo.messaging: samples in a queue of its own, samples that `notifier://` would publish, and notifications that are meant for agents. */
const listener = `cat > /usr/local/bin/billing-agent <<'END'
import sys, time
import oslo_messaging
from oslo_config import cfg
topic, pool, method = sys.argv[1:]
conf = cfg.ConfigOpts()
conf([], default_config_files=['/etc/ceilometer/ceilometer.conf'])
transport = oslo_messaging.get_notification_transport(conf)
take = lambda self, context, publisher_id, event_type, payload, metadata: oslo_messaging.NotificationResult.HANDLED
targets = [oslo_messaging.Target(topic=topic, exchange='ceilometer')]
oslo_messaging.get_notification_listener(transport, targets, [type('Endpoint', (), {method: take})()], executor='threading', pool=pool or None).start()
while True:
    time.sleep(1)
END
for name in metering-export watcher; do cp /usr/local/bin/billing-agent /usr/local/bin/$name; done
listen() { name=$1; shift; systemd-run --quiet --unit=$name --uid=ceilometer python3 /usr/local/bin/$name "$@"; }
listen billing-agent notifications billing sample; listen metering-export metering '' sample; listen watcher notifications '' info
sleep 10`;
const readsWithoutApi: Fault = {
  on: ['ctl2'],
  make: listener,
  fix: 'systemctl stop billing-agent metering-export watcher; rm /usr/local/bin/billing-agent /usr/local/bin/metering-export /usr/local/bin/watcher',
};

const make = ({ on, make: command }: Fault): Promise<unknown> =>
  Promise.all(on.map((host) => onHost({ host, command })));
const fix = ({ on, fix: command }: Fault): Promise<unknown> => Promise.all(on.map((host) => onHost({ host, command })));
const active = (unit: string): Promise<string[]> =>
  Promise.all(controllers.map((host) => onHost({ host, command: `systemctl is-active ${unit} || true` })));

describe('Gnocchi and Ceilometer, when something is wrong with them', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras, change: { policy: { workEndsSeconds: 20 } } });
  });
  afterAll(() => rig.stop());

  async function countedFor(intervals: number): ReturnType<typeof counted> {
    const since = new Date();
    await sleep(intervals * intervalSeconds * 1000);
    return counted(since);
  }

  it('counts no sample twice while agents are restarted by hand', async () => {
    const since = new Date();
    for (const host of [...controllers, ...controllers]) {
      await onHost({ host, command: `systemctl restart ${central}` });
      await sleep(1.4 * intervalSeconds * 1000);
    }
    const { twice, early, gapSeconds } = await counted(since);
    process.stdout.write(
      `four restarts by hand: ${String(twice)} twice, ${String(early)} early, gap ${String(gapSeconds)} s\n`,
    );
    expect(twice).toBe(0);
  });

  it('refuses two central agents that do not know of each other, which take every sample twice', async () => {
    await make(uncoordinated);
    await sleep(intervalSeconds * 1000);
    const { twice } = await countedFor(4);
    process.stdout.write(`without coordination: ${String(twice)} twice in ${String(4 * intervalSeconds)} s\n`);
    const { workflowId: preflight } = await rig.client.preflight(request);
    const result = await rig.client.result(preflight);
    await fix(uncoordinated);
    expect(twice).toBeGreaterThan(0);
    expect(JSON.stringify(result)).toContain('agents-uncoordinated-ceilometer');
    await sleep(intervalSeconds * 1000);
    expect((await countedFor(4)).twice).toBe(0);
  });

  it('names each program that takes messages of its agents from RabbitMQ', async () => {
    const consumers = async (): Promise<readonly string[]> => {
      const { workflowId: preflight } = await rig.client.preflight(request);
      const { warnings } = (await rig.client.result(preflight)) as PreflightResult;
      const found = warnings.filter((one) => /consumer|elsewhere/.test(one.id));
      process.stdout.write(found.map(({ text }) => `${text}\n`).join(''));
      return found.map((one) => one.id);
    };
    await make(readsWithoutApi);
    const named = await consumers();
    await fix(readsWithoutApi);
    const command = 'for queue in billing metering.sample; do rabbitmqctl -q delete_queue $queue; done';
    await onHost({ host: 'mq1', command });
    expect(named).toEqual(
      ['metering-export', 'billing-agent', 'watcher'].map((one) => `consumer-beside-${one}`).sort(),
    );
    expect(await consumers()).toEqual([]);
  });

  it('ends at a question with a reason at each fault, and completes once they are fixed', async () => {
    const { client } = rig;
    const said: string[] = [];
    const stepOf = ({ about }: Gate): string => (about.kind === 'failure' ? about.stepId : '');
    /** At this step where several may ask. */
    const failure = async (fault: Fault, at = ''): Promise<Gate> => {
      const asks = (gate: Gate): boolean => gate.about.kind === 'failure' && stepOf(gate).startsWith(at);
      const { gates } = await untilStatus({ client, id, holds: (seen) => seen.gates.some(asks), forSeconds: 900 });
      const gate = gates.find(asks);
      if (gate === undefined) throw new Error('no gate');
      said.push(`${stepOf(gate)}: ${gate.question.split('\n')[0] ?? ''}`);
      await fix(fault);
      return gate;
    };
    const retry = (gate: Gate): Promise<unknown> =>
      insist(() => client.decide(id, { gate: gate.code, choice: 'retry', by: 'bo', reason: 'test' }));
    const begin = async (): Promise<void> => {
      const gate = await openGate({ client, id, about: 'phase', forSeconds: 900 });
      await client.approve(id, { gate: gate.code, by: 'ana', reason: 'test' });
    };
    await client.startFull({ ...request, options: { gates: ['stop', 'start'], openAutomatically: true } });
    await approvePlan({ rig, id });
    await openGate({ client, id, about: 'phase', forSeconds: 900 });

    await Promise.all([make(agentsHang), make(measuresWait)]);
    await begin();
    const busy = await failure(agentsHang, 'ceilometer/quiet-queues');
    const measured = await failure(measuresWait, 'gnocchi/quiet-backlog');
    expect(await active(notification)).toEqual(['active\n', 'active\n']);
    // It has thrown them away by then.
    await sleep(intervalSeconds * 1000);
    await retry(measured);

    await Promise.all([make(metricdHangs), make(strayAgent)]);
    await sleep(1.5 * intervalSeconds * 1000);
    await retry(busy);
    await retry(await failure(metricdHangs, 'gnocchi/drained-gnocchi-metricd'));
    const taken = await failure(strayAgent);
    expect(await active(notification)).toEqual(['inactive\n', 'inactive\n']);
    await retry(taken);

    await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await make(frontEndAway);
    await begin();
    const unreachable = await failure(frontEndAway);
    expect(await active(notification)).toEqual(['inactive\n', 'inactive\n']);

    await make(reachesNobody);
    await retry(unreachable);
    const lost = await failure(reachesNobody);
    expect(await active(notification)).toEqual(['active\n', 'inactive\n']);

    await make(nothingToPoll);
    await retry(lost);
    const idle = await failure(nothingToPoll);
    expect(await active(central)).toEqual(['active\n', 'inactive\n']);
    await retry(idle);

    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'completed' || gates.some(({ code }) => code !== idle.code),
      forSeconds: 1200,
    });
    process.stdout.write(`${said.join('\n')}\n`);
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['completed', [], []]);
    expect(said).toEqual([
      expect.stringMatching(
        /^ceilometer\/quiet-queues: .*1\d\d\d messages wait for agents, most of them in notifications\.info/,
      ),
      expect.stringMatching(/^gnocchi\/quiet-backlog: .*1\d\d\d measures of \d+ metrics wait to be processed/),
      expect.stringMatching(/^gnocchi\/drained-gnocchi-metricd: .*\d+ measures of \d+ metrics wait to be processed/),
      expect.stringMatching(
        /^broker\/no-agent-ceilometer: .*notifications\.\w+, notifications\.\w+.* of vhost \/ have 1 consumer each/,
      ),
      expect.stringMatching(/^ceilometer\/resource-types: .*/),
      expect.stringMatching(
        /^ceilometer\/first-ceilometer-agent-notification: .*lost a publisher when it started and throws its samples away/,
      ),
      expect.stringMatching(/^ceilometer\/first-ceilometer-agent-central: .*has polled nothing since it was started/),
    ]);
    expect(await measuresAgain(new Date())).toBe(true);
  });
});
