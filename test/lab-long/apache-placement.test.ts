import '../lab/lab-own-network';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, controllers, upgraded } from '../lab/four-services';
import { createProvider, providerStatus } from '../lab/lab-provider';
import { observedCloud } from '../lab/observed-cloud';
import { apacheLife, siteState } from '../lab/shared-apache';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const extras = ['placement'] as const;
const fronts: readonly HostName[] = [...controllers, 'lb1'];

/** As on Ubuntu: two services of the run in one Apache, and two sites that are no part of it. */
describe('Keystone and Placement as sites of one Apache', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ packaging: 'apache', extras });
  });
  afterAll(() => rig.stop());

  const placementState = `
    dpkg-query -W -f '\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'placement*' python3-placement python3-os-traits
    sha256sum /etc/placement/*.conf; systemctl list-unit-files --no-legend 'placement*'
    ps -eo user,args | grep -c '^placem[^ ]* (wsgi:placement'`;
  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map(siteState)),
    await Promise.all(controllers.map((host) => onHost({ host, command: placementState }))),
  ];
  const providerAt = (uuid: string): Promise<number[]> => Promise.all(fronts.map((on) => providerStatus({ uuid, on })));

  it('roll back where Placement cannot be installed, each to its own site', async () => {
    const { client } = rig;
    const id = 'cedar.all.full.bobcat';
    const { uuid } = await createProvider({ name: 'from-before' });
    const before = await stateOf();
    await client.startFull({
      cloud: 'cedar',
      to: 'bobcat',
      options: { gates: ['packages'], full: { order: 'allAtOnce' } },
    });
    await approvePlan({ rig, id });
    const phase = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await onHost({
      host: 'ctl2',
      command:
        'for file in /var/lib/openstack-upgrade/pool/*/new/placement-common_*.deb; do echo broken > "$file"; done',
    });
    await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });
    const failure = await openGate({ client, id, about: 'failure', forSeconds: 900 });
    expect(failure.about).toMatchObject({ stepId: 'packages/install', host: 'ctl2' });
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
      forSeconds: 1200,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
    expect(await providerAt(uuid)).toEqual([200, 200, 200]);
  });

  it('are upgraded with Heat, and Apache is never restarted', async () => {
    const { uuid } = await createProvider({ name: 'before-the-upgrade' });
    await createStack({ name: 'from-before' });
    const before = await Promise.all(controllers.map(apacheLife));
    const sites = await Promise.all(controllers.map(siteState));
    expect(await upgraded({ rig, to: 'bobcat' })).toEqual(['completed', [], []]);
    const after = await Promise.all(controllers.map(apacheLife));
    expect(after.map(({ process }) => process)).toEqual(before.map(({ process }) => process));
    expect(await Promise.all(controllers.map(siteState))).toEqual(sites);
    const command = "dpkg-query -W -f '${Version} ' heat-api keystone placement-api python3-placement";
    expect(await Promise.all(controllers.map((host) => onHost({ host, command })))).toEqual([
      '1:21.0.0-0lab1 2:24.0.0-0lab1 10.0.0-0lab1 10.0.0-0lab1 ',
      '1:21.0.0-0lab1 2:24.0.0-0lab1 10.0.0-0lab1 10.0.0-0lab1 ',
    ]);
    expect(await Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras })))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await providerAt(uuid)).toEqual([200, 200, 200]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});
