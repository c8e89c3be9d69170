import './lab-own-network';
import { randomBytes } from 'node:crypto';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { createStack, updateStack } from './cloud-stack';
import { downloadImage, uploadImage } from './lab-image';
import { createProvider, providerStatus } from './lab-provider';
import { observedCloud } from './observed-cloud';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const extras = ['glance', 'placement'] as const;
const controllers: readonly HostName[] = ['ctl1', 'ctl2'];
const fronts: readonly HostName[] = [...controllers, 'lb1'];
const bytes = randomBytes(3_000_000);

/** What users had before the run. */
interface Things {
  readonly image: string;
  readonly provider: string;
}

async function makeThings(): Promise<Things> {
  const { id: image } = await uploadImage({ name: 'from-before', bytes });
  const { uuid: provider } = await createProvider({ name: 'from-before' });
  await createStack({ name: 'from-before' });
  return { image, provider };
}

/** Image, resource provider and APIs at each controller and at the load balancer, and an update of the stack. */
async function found({ image, provider }: Things): Promise<unknown[]> {
  return [
    await Promise.all(fronts.map(async (on) => Buffer.compare(await downloadImage({ id: image, on }), bytes))),
    await Promise.all(fronts.map((on) => providerStatus({ uuid: provider, on }))),
    await Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras }))),
    await updateStack({ name: 'from-before' }),
  ];
}

const asBefore = [[0, 0, 0], [200, 200, 200], [true, true, true], 'UPDATE_COMPLETE'];

/** Packages, marks, configuration and units of both services on a controller. */
const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'glance*' python3-glance python3-eventlet 'placement*' python3-placement python3-os-traits
  apt-mark showauto | grep -e glance -e placement -e eventlet -e traits | sort; apt-mark showhold | sort
  sha256sum /etc/glance/*.conf /etc/glance/*.ini /etc/placement/*.conf
  for unit in glance-api placement-api; do echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

const revisions = `for schema in glance placement; do
  echo $schema $(mariadb -N -B -D $schema -e 'SELECT version_num FROM alembic_version ORDER BY 1'); done`;

const versions = async (): Promise<string[]> => {
  const command = "dpkg-query -W -f '${Version} ' glance-api heat-api keystone placement-api";
  return Promise.all(controllers.map((host) => onHost({ host, command })));
};

async function approvePlan({ rig, id }: { rig: UpgradeRig; id: string }): Promise<void> {
  const plan = await openGate({ client: rig.client, id, about: 'plan', forSeconds: 300 });
  await rig.client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
}

/** How a full upgrade ends that opens by itself: its state, its gates, what is owed. */
async function upgraded({ rig, to }: { rig: UpgradeRig; to: string }): Promise<unknown[]> {
  const { client } = rig;
  const id = `cedar.all.full.${to}`;
  await client.startFull({ cloud: 'cedar', to, options: { openAutomatically: true } });
  await approvePlan({ rig, id });
  const end = await untilStatus({
    client,
    id,
    holds: ({ state, gates }) => state === 'completed' || gates.length > 0,
    forSeconds: 1500,
  });
  return [end.state, end.gates.map(({ question }) => question), end.owed];
}

describe('a full upgrade of four services, antelope to bobcat', () => {
  let rig: UpgradeRig;
  let things: Things;

  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map((host) => onHost({ host, command: hostState }))),
    await onHost({ host: 'db1', command: revisions }),
  ];

  beforeAll(async () => {
    rig = await startRig({ extras });
    things = await makeThings();
  });
  afterAll(() => rig.stop());

  it('rolls back where a host cannot install Glance, before any schema is migrated', async () => {
    const { client } = rig;
    const id = 'cedar.all.full.bobcat';
    const before = await stateOf();
    await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { gates: ['packages'] } });
    await approvePlan({ rig, id });
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
    expect(await found(things)).toEqual(asBefore);
  });

  it('brings all four to the next series, and what users had is as it was', async () => {
    expect(await upgraded({ rig, to: 'bobcat' })).toEqual(['completed', [], []]);
    expect(await found(things)).toEqual(asBefore);
    const all = '2:27.0.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 10.0.0-0lab1 ';
    expect(await versions()).toEqual([all, all]);
    expect(await onHost({ host: 'db1', command: revisions })).toBe(
      'glance 2023_1_contract01\nplacement a082b8bb98d0\n',
    );
  });
});

/** From the distribution's own packages; here Glance's schema has something to expand and to contract. */
describe('a full upgrade of four services, zed to antelope', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras, series: 'zed' });
  });
  afterAll(() => rig.stop());

  it('migrates the schema of Glance in its three steps, and what users had is as it was', async () => {
    const things = await makeThings();
    const before = await onHost({ host: 'db1', command: revisions });
    expect(await upgraded({ rig, to: 'antelope' })).toEqual(['completed', [], []]);
    expect(await found(things)).toEqual(asBefore);
    expect([before, await onHost({ host: 'db1', command: revisions })]).toEqual([
      'glance wallaby_contract01\nplacement 422ece571366\n',
      'glance 2023_1_contract01\nplacement 422ece571366\n',
    ]);
  });
});
