import './lab-own-network';
import { addressOf } from '../../lab';
import { startLoad, type LoadReport } from '../../lab/load/load';
import type { RunResult } from '../../schema/status';
import { onHost, openGate, sleep, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const id = 'cedar.heat.partial.bobcat';

/** Every failure of either API, and every operation on a stack that did not end well. */
function lossesOf({ requests, operations }: LoadReport): readonly string[] {
  const { failed, stuck, requestFailures } = operations;
  return [...Object.values(requests).flatMap(({ failures }) => failures), ...failed, ...stuck, ...requestFailures];
}

/** Stacks that are in progress although nobody asks for anything any more. */
async function inProgress(): Promise<string> {
  const query = "SELECT name, action FROM stack WHERE status = 'IN_PROGRESS' AND deleted_at IS NULL";
  return onHost({ host: 'db1', command: `mariadb -N -B -D heat -e "${query}"` });
}

/** Starts it, approves the plan, and goes with it to its end or to a question that nobody should have to answer. */
async function walk({ client }: Pick<UpgradeRig, 'client'>): Promise<string> {
  await client.startPartial({ cloud: 'cedar', to: 'bobcat', services: ['heat'], options: { openAutomatically: true } });
  const gate = await openGate({ client, id, about: 'plan', forSeconds: 240 });
  await client.approve(id, { gate: gate.code, by: 'ana', reason: 'test', accept: [...gate.accept] });
  const { state, gates } = await untilStatus({
    client,
    id,
    holds: (status) =>
      ['completed', 'aborted'].includes(status.state) || status.gates.some(({ code }) => code !== gate.code),
    forSeconds: 1800,
  });
  return gates[0]?.question ?? state;
}

describe('a rolling upgrade of Heat, while people work', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('loses no request and strands no stack', async () => {
    const { client } = rig;
    const load = await startLoad({ address: addressOf('lb1'), requestsPerSecond: 5, resourceSeconds: [5, 20, 45] });
    const walked = await walk({ client }).catch((error: unknown) => error);
    const report = await load.stop();
    expect(walked).toBe('completed');
    expect(lossesOf(report)).toEqual([]);
    expect(report.requests['heat-api']?.requests).toBeGreaterThan(500);
    expect(report.operations.completed).toBeGreaterThan(10);
    const result = (await client.result(id)) as RunResult;
    expect({ state: result.state, owed: result.owed }).toEqual({ state: 'completed', owed: [] });
    expect(await inProgress()).toBe('');
  });

  it('leaves every host with the new code, alone on the new vhost, and nothing of the side engine', async () => {
    const vhosts = await onHost({ host: 'mq1', command: 'rabbitmqctl -q list_vhosts name --no-table-headers | sort' });
    expect(vhosts).toBe('/\nheat-bobcat\n');
    const engines = 'rabbitmqctl -q list_queues -p heat-bobcat name consumers --no-table-headers | grep "^engine\\."';
    expect((await onHost({ host: 'mq1', command: `${engines} | sort` })).trim()).toBe('engine.ctl1\t1\nengine.ctl2\t1');
    for (const host of ['ctl1', 'ctl2'] as const) {
      const left = await onHost({
        host,
        command:
          "dpkg-query -W -f='${Version}\\n' heat-engine; ls /etc/heat | grep side; ls /etc/systemd/system | grep side; grep -c '/heat-bobcat$' /etc/heat/heat.conf",
      });
      expect(left).toBe('1:21.0.0-0lab1\n1\n');
    }
  });

  it('would have seen both: APIs that stop without leaving first, and an engine that stops with work in hand', async () => {
    const load = await startLoad({
      address: addressOf('lb1'),
      requestsPerSecond: 5,
      resourceSeconds: [20, 20, 20, 20, 20, 20],
    });
    await sleep(25_000);
    // Gracefully, with all the time it wants: what strands is not the kill, it is the work in hand (fact 11).
    await onHost({ host: 'ctl1', command: 'systemctl stop heat-engine' });
    const api = 'systemctl stop heat-api; sleep 3; systemctl start heat-api';
    await Promise.all([onHost({ host: 'ctl1', command: api }), onHost({ host: 'ctl2', command: api })]);
    const { requests, operations } = await load.stop();
    expect(requests['heat-api']?.failures.length).toBeGreaterThan(0);
    expect(operations.stuck.length).toBeGreaterThan(0);
  });
});
