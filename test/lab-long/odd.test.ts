import '../lab/lab-own-network';
import { randomBytes } from 'node:crypto';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { consumeNotifications } from '../../lab/load/notifications';
import { oddityNames } from '../../lab/packages/oddities';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, controllers } from '../lab/four-services';
import { downloadImage, uploadImage } from '../lab/lab-image';
import { observedCloud } from '../lab/observed-cloud';
import { overSsh } from '../lab/over-ssh';
import { sideEngine } from '../lab/roll-order';
import { lossesOf, rollUnderLoad } from '../lab/rolling-proof';
import { failToInstall, rolledBackAt } from '../lab/uninstallable';
import { onHost, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(40 * 60 * 1000);

/** Glance is no part of the runs. From zed to antelope a library is replaced under it (oslo.messaging). */
const shape = { odd: oddityNames, extras: ['glance'], series: 'zed' } as const;
const restart = ['glance-api'];
const fronts: readonly HostName[] = [...controllers, 'lb1'];
const bytes = randomBytes(1_000_000);

const onControllers = (command: string): Promise<string[]> =>
  Promise.all(controllers.map((host) => onHost({ host, command })));

const versions = (): Promise<string[]> =>
  onControllers("dpkg-query -W -f '${Version} ' glance-api heat-api keystone python3-oslo.messaging");

const onBoth = (versionsOfOne: RegExp): unknown[] =>
  controllers.map((): unknown => expect.stringMatching(versionsOfOne));

/** Whether every process of Glance is younger than the library that was replaced under it. */
const glanceIsYounger = (): Promise<string[]> =>
  onControllers(`at=$(stat -c %Y /var/lib/dpkg/info/python3-oslo.messaging.list)
    for pid in $(cat "/sys/fs/cgroup$(systemctl show -p ControlGroup --value glance-api)/cgroup.procs" 2>/dev/null ||
        cat "/sys/fs/cgroup/systemd$(systemctl show -p ControlGroup --value glance-api)/cgroup.procs"); do
      test $(($(date +%s) - $(ps -o etimes= -p "$pid"))) -ge "$at" && echo younger || echo older
    done | sort -u`);

const vhosts = (): Promise<string> =>
  onHost({ host: 'mq1', command: 'rabbitmqctl -q list_vhosts name --no-table-headers | sort | paste -sd " "' });

const imageAt = (id: string): Promise<number[]> =>
  Promise.all(fronts.map(async (on) => Buffer.compare(await downloadImage({ id, on }), bytes)));

const answersAt = (): Promise<boolean[]> =>
  Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras: shape.extras })));

describe('a cloud whose hosts speak first, that has IPv6 alone, vhosts, a folder of HAProxy and TLS', () => {
  let rig: UpgradeRig;
  let image: string;

  beforeEach(async () => {
    rig = await startRig(shape);
    image = (await uploadImage({ name: 'from-before', bytes })).id;
  });
  afterEach(() => rig.stop());

  it('is so', async () => {
    const addresses = await onHost({ host: 'ctl1', command: 'ip -br addr show dev host0' });
    expect(addresses).toMatch(/ fd00:[0-9a-f:]+\/64 /);
    expect(addresses).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
    expect(await vhosts()).toBe('/ heat keystone\n');
    const command = "tr '\\0' ' ' < /proc/$(pgrep -o haproxy)/cmdline; ls /etc/haproxy/conf.d";
    expect(await onHost({ host: 'lb1', command })).toMatch(
      /-f \/etc\/haproxy\/haproxy.cfg .*-f \/etc\/haproxy\/conf.d .*\n?50-glance.cfg\n50-heat_api.cfg\n50-heat_cfn.cfg\n50-keystone.cfg\n$/,
    );
    const greeted = await overSsh({ lab: rig.lab, address: addressOf('ctl1'), command: 'echo said' });
    expect(greeted.stdout).toBe(
      '*** ctl1, production of the cloud cedar. state=OK missing nothing ***\nHave a nice day. said\n',
    );
    expect(greeted.stderr).toContain('Disk usage 42%');
    expect(await answersAt()).toEqual([true, true, true]);
  });

  it('is upgraded, and Glance is restarted on the library that was replaced under it', async () => {
    const { client } = rig;
    const id = 'cedar.heat+keystone.full.antelope';
    await createStack({ name: 'from-before' });
    expect(await versions()).toEqual(onBoth(/^2:25\S+ 1:19\S+ 2:22\S+ 14\.0\.3\S* $/));
    const services = ['keystone', 'heat'];
    await client.startFull({ cloud: 'cedar', to: 'antelope', services, options: { openAutomatically: true, restart } });
    await approvePlan({ rig, id });
    const end = await endWithoutQuestion({ rig, id });
    expect(end).toEqual(['completed', [], []]);
    expect(await versions()).toEqual(onBoth(/^2:25\S+ 1:20\S+ 2:23\S+ 14\.1\.0-0lab1 $/));
    expect(await glanceIsYounger()).toEqual(['younger\n', 'younger\n']);
    expect(await imageAt(image)).toEqual([0, 0, 0]);
    expect(await answersAt()).toEqual([true, true, true]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
    expect(await vhosts()).toBe('/ heat keystone\n');
  });

  it('rolls back where a host cannot install the new code, to what it was', async () => {
    await createStack({ name: 'from-before' });
    const stateOf = async (): Promise<unknown> => [await observedCloud(), await versions(), await vhosts()];
    const before = await stateOf();
    const request = { cloud: 'cedar', to: 'antelope', services: ['keystone', 'heat'] };
    const { id, failure } = await failToInstall({ rig, request, restart: 'all', packageName: 'heat-common' });
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
    expect(await glanceIsYounger()).toEqual(['younger\n', 'younger\n']);
    expect(await imageAt(image)).toEqual([0, 0, 0]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it('rolls without a loss while people work and the worker dies', async () => {
    const notifications = await consumeNotifications({ host: 'ctl1' });
    const order = { ...sideEngine, name: 'odd', to: 'antelope', restart } as const;
    const { end, load, unheard, leftInWork, result } = await rollUnderLoad({ rig, order, notifications });
    expect(end).toBe('completed');
    expect(lossesOf(load)).toEqual([]);
    expect(load.requests['heat-api']?.requests).toBeGreaterThan(500);
    expect(load.operations.completed.length).toBeGreaterThan(10);
    expect({ unheard, leftInWork, owed: result?.owed }).toEqual({ unheard: [], leftInWork: '', owed: [] });
    expect(await versions()).toEqual(onBoth(/^2:25\S+ 1:20\S+ 2:22\S+ 14\.1\.0-0lab1 $/));
    expect(await glanceIsYounger()).toEqual(['younger\n', 'younger\n']);
    expect(await imageAt(image)).toEqual([0, 0, 0]);
    expect(await answersAt()).toEqual([true, true, true]);
    expect(await vhosts()).toBe('/ heat heat-antelope keystone\n');
  });
});
