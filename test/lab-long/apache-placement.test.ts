import '../lab/lab-own-network';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { createStack, updateStack } from '../lab/cloud-stack';
import { controllers, upgraded } from '../lab/four-services';
import { createProvider, providerStatus } from '../lab/lab-provider';
import { observedCloud } from '../lab/observed-cloud';
import { apacheLife, siteState } from '../lab/shared-apache';
import { failToInstall, rolledBackAt } from '../lab/uninstallable';
import { onHost, startRig, type UpgradeRig } from '../lab/upgrade-rig';

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
    const { uuid } = await createProvider({ name: 'from-before' });
    const before = await stateOf();
    const { id, failure } = await failToInstall({
      rig,
      request: { cloud: 'cedar', to: 'bobcat' },
      packageName: 'placement-common',
    });
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
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
