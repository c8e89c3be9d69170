import '../lab/lab-own-network';
import { addressOf, labBoot, labExec, labPowerOff, labUp, login, worksAt, type HostName } from '../../lab';
import { closeSite, openSite, unlockSite } from '../../plan/commands/apache';
import type { Site } from '../../plan/scope/runner';
import { changeExit, type Change } from '../../schema/plan';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, upgraded } from '../lab/four-services';
import { observedCloud } from '../lab/observed-cloud';
import { apacheLife, siteState, watchStatusPages } from '../lab/shared-apache';
import { rolledBackAt } from '../lab/uninstallable';
import { onHost, openGate, startRig, type UpgradeRig } from '../lab/upgrade-rig';

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
    onHost({ host, command: `curl -s -o /dev/null -m 60 -w '%{http_code}' http://localhost:5000/v3 || true` });
  const pageAt = (host: HostName): Promise<string> => onHost({ host, command: 'curl -sf http://localhost:8088/' });

  it('is had of series that are built anew alone', async () => {
    await expect(labUp({ series: 'zed', packaging: 'apache' })).rejects.toThrow(
      "The series zed consists of Debian's own packages, in which Keystone is a unit. With --packaging apache choose antelope or bobcat.",
    );
    await expect(labUp()).rejects.toThrow(
      'The lab runs with packaging apache; debian was asked for. Run npm run lab -- down first.',
    );
  });

  it('is closed and opened from wherever a run was interrupted, and never with a configuration that Apache refuses', async () => {
    const [before] = await Promise.all([siteState('ctl1'), keystoneAt('ctl1')]);
    const { unchanged } = changeExit;
    const entry = '/etc/apache2/sites-enabled/keystone.conf';
    const kept = '/var/lib/openstack-upgrade/closed-sites/keystone.conf';
    const brokenFile = '/etc/apache2/sites-enabled/zz-broken.conf';
    expect([await onCtl1(close), await keystoneAt('ctl1'), await onCtl1(close)]).toEqual([0, '000', unchanged]);
    // Opened, and its host went down before Apache was told: the entry is there, and kept as well.
    await onHost({ host: 'ctl1', command: `cp -a ${kept} ${entry}.opening && mv -T ${entry}.opening ${entry}` });
    expect([await onCtl1(open), await keystoneAt('ctl1'), await onCtl1(open)]).toEqual([0, '200', unchanged]);
    // Closed, and Apache was not told: it serves what it read before.
    await onHost({ host: 'ctl1', command: `mkdir -p $(dirname ${kept}); cp -a ${entry} ${kept}` });
    expect([await onCtl1(close), await keystoneAt('ctl1')]).toEqual([0, '000']);

    await onHost({ host: 'ctl1', command: `echo '<VirtualHost *:99' > ${brokenFile}` });
    const refused = await onCtl1(open);
    const still = await onHost({ host: 'ctl1', command: `head -c 8 ${entry}; test -L ${kept} && echo ' kept'` });
    expect([refused, still, await keystoneAt('ctl1'), await pageAt('ctl1')]).toEqual([
      1,
      '# Closed kept\n',
      '000',
      'all is well\n',
    ]);
    await onHost({ host: 'ctl1', command: `rm ${brokenFile}` });
    // A person who goes on by hand takes the lock off, and reloads.
    expect([await onCtl1(unlock), await keystoneAt('ctl1'), await onCtl1(unlock)]).toEqual([0, '000', unchanged]);
    await onHost({ host: 'ctl1', command: 'systemctl reload apache2; sleep 2' });
    expect([await keystoneAt('ctl1'), await siteState('ctl1')]).toEqual(['200', before]);
    // HAProxy sees it a few seconds later; the next test begins with what it says.
    await labUp({ packaging: 'apache' });
  });

  it('stays closed for whoever enables it and after a reboot, and rolls back where the new code lacks its program', async () => {
    const { client } = rig;
    const id = 'cedar.all.full.bobcat';
    const before = await stateOf();
    await client.startFull({
      cloud: 'cedar',
      to: 'bobcat',
      options: { gates: ['packages', 'config'], full: { order: 'allAtOnce' } },
    });
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
    expect(await rolledBackAt({ rig, id, failure })).toEqual(['rolledBack', [], []]);
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

const site: Site = {
  name: 'keystone',
  file: '/etc/apache2/sites-enabled/keystone.conf',
  port: 5000,
  ownsPort: true,
  processes: { user: 'keystone', title: '^\\(wsgi:keystone-pu' },
  scripts: ['/usr/bin/keystone-wsgi-public'],
  idleUnit: null,
  others: ['000-default', 'status'],
};
const close = closeSite({ id: 'proof/close', unit: 'keystone', site });
const open = openSite({ id: 'proof/open', unit: 'keystone', site, requirements: [] });
const unlock = unlockSite({ id: 'proof/unlock', unit: 'keystone', site });

/** Runs a change as a job would; its exit code. */
async function onCtl1(change: Change): Promise<number | null> {
  return (await labExec({ host: 'ctl1', command: `export OSU_RUN=proof OSU_HOST=ctl1\n${change.script}` })).exitCode;
}

/** What Keystone says of a token that was issued before the upgrade, when it is asked with it. */
async function tokenStatus(token: string): Promise<number> {
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token };
  return (await fetch(`http://${addressOf('lb1')}:5000/v3/auth/tokens`, { headers })).status;
}
