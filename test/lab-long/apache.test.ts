import '../lab/lab-own-network';
import { addressOf, labBoot, labPowerOff, labUp, login, worksAt, type HostName } from '../../lab';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, upgraded } from '../lab/four-services';
import { observedCloud } from '../lab/observed-cloud';
import { apacheLife, siteState, watchStatusPages } from '../lab/shared-apache';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const controllers = ['ctl1', 'ctl2'] as const;
const fronts: readonly HostName[] = [...controllers, 'lb1'];

describe('Keystone as a site of an Apache that others share', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ packaging: 'apache' });
  });
  afterAll(() => rig.stop());

  const stateOf = async (): Promise<unknown> => [await observedCloud(), await Promise.all(controllers.map(siteState))];
  const keystoneAt = (host: HostName): Promise<string> =>
    onHost({ host, command: `curl -s -o /dev/null -m 10 -w '%{http_code}' http://localhost:5000/v3 || true` });
  const pageAt = (host: HostName): Promise<string> => onHost({ host, command: 'curl -sf http://localhost:8088/' });

  it('is had of series that are built anew alone', async () => {
    await expect(labUp({ series: 'zed', packaging: 'apache' })).rejects.toThrow(
      "The series zed consists of Debian's own packages, in which Keystone is a unit. With --packaging apache choose antelope or bobcat.",
    );
    await expect(labUp()).rejects.toThrow(
      'The lab runs with packaging apache; debian was asked for. Run npm run lab -- down first.',
    );
  });

  it('stays closed for whoever enables it and after a reboot, and rolls back where the new code lacks its program', async () => {
    const { client } = rig;
    const id = 'cedar.all.full.bobcat';
    const before = await stateOf();
    await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { gates: ['packages', 'config'] } });
    await approvePlan({ rig, id });

    const packages = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    const byHand = await onHost({
      host: 'ctl1',
      command: 'a2ensite keystone >/dev/null 2>&1; echo "a2ensite $?"; systemctl reload apache2; sleep 5',
    });
    await labPowerOff({ host: 'ctl2' });
    await labBoot({ host: 'ctl2' });
    await onHost({ host: 'ctl2', command: 'until systemctl -q is-active apache2; do sleep 1; done' });
    expect([
      byHand,
      await Promise.all(controllers.map(keystoneAt)),
      await Promise.all(controllers.map(pageAt)),
    ]).toEqual(['a2ensite 1\n', ['000', '000'], ['all is well\n', 'all is well\n']]);
    await client.approve(id, { gate: packages.code, by: 'ana', reason: 'test' });

    const config = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    expect(config.about).toMatchObject({ phaseId: 'config' });
    await onHost({ host: 'ctl2', command: 'rm /usr/bin/keystone-wsgi-public' });
    await client.approve(id, { gate: config.code, by: 'ana', reason: 'test' });
    const failure = await openGate({ client, id, about: 'failure', forSeconds: 300 });
    expect(failure.about).toMatchObject({ stepId: 'keystone/site-complete-keystone', host: 'ctl2' });
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
      forSeconds: 1200,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
  });

  it('is upgraded with Heat by two reloads and no restart, while the other site answers', async () => {
    const session = await login({ address: addressOf('lb1') });
    await createStack({ name: 'from-before' });
    const before = await Promise.all(controllers.map(apacheLife));
    const sites = await Promise.all(controllers.map(siteState));
    const pages = watchStatusPages(controllers);

    expect(await upgraded({ rig, to: 'bobcat' })).toEqual(['completed', [], []]);

    const seen = await pages.stop();
    process.stdout.write(`the other site: ${JSON.stringify(seen)}\n`);
    expect(seen.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(Math.max(...seen.map(({ longestMilliseconds }) => longestMilliseconds))).toBeLessThan(5000);
    expect(Math.min(...seen.map(({ asked }) => asked))).toBeGreaterThan(300);
    const after = await Promise.all(controllers.map(apacheLife));
    expect(after.map(({ process }) => process)).toEqual(before.map(({ process }) => process));
    expect(after.map(({ reloads }, index) => reloads - (before[index]?.reloads ?? 0))).toEqual([2, 2]);
    expect(await Promise.all(controllers.map(siteState))).toEqual(sites);

    const command = "dpkg-query -W -f '${Version} ' heat-api keystone python3-keystone";
    expect(await Promise.all(controllers.map((host) => onHost({ host, command })))).toEqual([
      '1:21.0.0-0lab1 2:24.0.0-0lab1 2:24.0.0-0lab1 ',
      '1:21.0.0-0lab1 2:24.0.0-0lab1 2:24.0.0-0lab1 ',
    ]);
    expect(await Promise.all(fronts.map((host) => worksAt({ address: addressOf(host) })))).toEqual([true, true, true]);
    expect(await tokenStatus(session?.token ?? '')).toBe(200);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});

/** What Keystone says of a token that was issued before the upgrade, when it is asked with it. */
async function tokenStatus(token: string): Promise<number> {
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
  return (await fetch(`http://${addressOf('lb1')}:5000/v3/auth/tokens`, { headers })).status;
}
