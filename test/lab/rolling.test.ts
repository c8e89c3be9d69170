import './lab-own-network';
import { consumeNotifications, type Notifications } from '../../lab/load/notifications';
import { sideEngine } from './roll-order';
import { controls, lossesOf, rollUnderLoad } from './rolling-proof';
import { onHost, startRig, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

describe('a rolling upgrade of Heat, while people work and its worker dies', () => {
  let rig: UpgradeRig;
  let notifications: Notifications;

  beforeAll(async () => {
    rig = await startRig();
    notifications = await consumeNotifications({ host: 'ctl1' });
  });
  afterAll(() => rig.stop());

  it('loses no request, no stack and no notification', async () => {
    const { end, kills, load, unheard, leftInWork, result } = await rollUnderLoad({
      rig,
      order: sideEngine,
      notifications,
    });
    expect(end).toBe('completed');
    expect(kills).toBeGreaterThan(2);
    expect(lossesOf(load)).toEqual([]);
    expect(load.requests['heat-api']?.requests).toBeGreaterThan(500);
    expect(load.operations.completed.length).toBeGreaterThan(10);
    expect({ unheard, leftInWork }).toEqual({ unheard: [], leftInWork: '' });
    expect({ state: result?.state, owed: result?.owed }).toEqual({ state: 'completed', owed: [] });
    expect(result?.availability).toEqual(
      ['heat-api', 'heat-api-cfn'].map((api): unknown =>
        expect.stringMatching(
          new RegExp(`^${api}: 0 of \\d{3,} requests failed, longest gap .*; before any change 0 of \\d{2,}, `),
        ),
      ),
    );
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

  it('would have seen each: APIs that stop where they serve, an engine with work in hand, notifications gone elsewhere', async () => {
    const { load, heardUnpinned, lostOnNewVhost } = await controls({ notifications });
    expect(load.requests['heat-api']?.failures.length).toBeGreaterThan(0);
    expect(load.operations.stuck.length).toBeGreaterThan(0);
    expect(heardUnpinned).toEqual([]);
    expect(lostOnNewVhost).toBeGreaterThan(1);
  });
});
