import './lab-own-network';
import { randomBytes } from 'node:crypto';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import { downloadImage, uploadImage } from './lab-image';
import { createProvider, providerStatus } from './lab-provider';
import { observedCloud } from './observed-cloud';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const id = 'cedar.all.full.bobcat';
const extras = ['glance', 'placement'] as const;
const controllers: readonly HostName[] = ['ctl1', 'ctl2'];
const fronts: readonly HostName[] = [...controllers, 'lb1'];
const bytes = randomBytes(3_000_000);

/** Packages, marks, configuration and units of both services on a controller. */
const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'glance*' python3-glance python3-eventlet 'placement*' python3-placement python3-os-traits
  apt-mark showauto | grep -e glance -e placement -e eventlet -e traits | sort; apt-mark showhold | sort
  sha256sum /etc/glance/*.conf /etc/glance/*.ini /etc/placement/*.conf
  for unit in glance-api placement-api; do echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

const revisions = `for schema in keystone glance placement heat; do
  echo $schema $(mariadb -N -B -D $schema -e 'SELECT version_num FROM alembic_version ORDER BY 1'); done`;

/** Image, resource provider and stack from before, as users find them at each controller and at the load balancer. */
async function fromBefore(things: { image: string; provider: string }): Promise<unknown[]> {
  const [images, providers, works] = await Promise.all([
    Promise.all(fronts.map(async (on) => Buffer.compare(await downloadImage({ id: things.image, on }), bytes))),
    Promise.all(fronts.map((on) => providerStatus({ uuid: things.provider, on }))),
    Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras }))),
  ]);
  return [images, providers, works, await updateStack({ name: 'from-before' })];
}

const whole = [[0, 0, 0], [200, 200, 200], [true, true, true], 'UPDATE_COMPLETE'];

describe('a full upgrade of Keystone, Glance, Placement and Heat', () => {
  let rig: UpgradeRig;
  let things: { image: string; provider: string };

  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map((host) => onHost({ host, command: hostState }))),
    await onHost({ host: 'db1', command: revisions }),
  ];

  const approvePlan = async (): Promise<readonly string[]> => {
    const plan = await openGate({ client: rig.client, id, about: 'plan', forSeconds: 300 });
    await rig.client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    return plan.accept;
  };

  beforeAll(async () => {
    rig = await startRig({ extras });
    things = {
      image: (await uploadImage({ name: 'from-before', bytes })).id,
      provider: (await createProvider({ name: 'from-before' })).uuid,
    };
    await createStack({ name: 'from-before' });
  });
  afterAll(() => rig.stop());

  it('rolls back where a host cannot install Glance, before any schema is migrated', async () => {
    const { client } = rig;
    const before = await stateOf();
    await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { gates: ['packages'] } });
    await approvePlan();
    const phase = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await onHost({
      host: 'ctl2',
      command: 'for file in /var/lib/openstack-upgrade/pool/*/new/glance-common_*.deb; do echo broken > "$file"; done',
    });
    await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });
    const failure = await openGate({ client, id, about: 'failure', forSeconds: 900 });
    expect(failure.about).toMatchObject({ phaseId: 'packages', stepId: 'packages/install', host: 'ctl2' });
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
      forSeconds: 1200,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
    expect(await fromBefore(things)).toEqual(whole);
  });

  it('brings all four to the next series, and what users had is as it was', async () => {
    const { client } = rig;
    await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true } });
    await approvePlan();
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'completed' || gates.length > 0,
      forSeconds: 1500,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['completed', [], []]);
    expect(await fromBefore(things)).toEqual(whole);
    expect(await stackStatus({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
    const installed = "dpkg-query -W -f '${Version} ' keystone glance-api placement-api heat-api";
    expect(await Promise.all(controllers.map((host) => onHost({ host, command: installed })))).toEqual(
      controllers.map(() => '2:24.0.0-0lab1 2:27.0.0-0lab1 10.0.0-0lab1 1:21.0.0-0lab1 '),
    );
    const [, glance, placement] = (await onHost({ host: 'db1', command: revisions })).split('\n');
    expect([glance, placement]).toEqual(['glance 2023_1_contract01', 'placement a082b8bb98d0']);
  });
});
