import './lab-own-network';
import { randomBytes } from 'node:crypto';
import { addressOf, cloudWorksAt, type HostName } from '../../lab';
import { createStack, updateStack } from './cloud-stack';
import { downloadImage, uploadImage } from './lab-image';
import { createProvider, providerStatus } from './lab-provider';
import { insist, onHost, openGate, type UpgradeRig } from './upgrade-rig';
import { endWithoutQuestion } from './without-question';

export const extras = ['glance', 'placement'] as const;
export const controllers: readonly HostName[] = ['ctl1', 'ctl2'];
const fronts: readonly HostName[] = [...controllers, 'lb1'];
const bytes = randomBytes(3_000_000);

/** What users had before the run. */
export interface Things {
  readonly image: string;
  readonly provider: string;
}

export async function makeThings(): Promise<Things> {
  const { id: image } = await uploadImage({ name: 'from-before', bytes });
  const { uuid: provider } = await createProvider({ name: 'from-before' });
  await createStack({ name: 'from-before' });
  return { image, provider };
}

/** Image, resource provider and APIs at each controller and at the load balancer, and an update of the stack. */
export async function found({ image, provider }: Things): Promise<unknown[]> {
  return [
    await Promise.all(fronts.map(async (on) => Buffer.compare(await downloadImage({ id: image, on }), bytes))),
    await Promise.all(fronts.map((on) => providerStatus({ uuid: provider, on }))),
    await Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras }))),
    await updateStack({ name: 'from-before' }),
  ];
}

export const asBefore = [[0, 0, 0], [200, 200, 200], [true, true, true], 'UPDATE_COMPLETE'];

/** Packages, marks, configuration and units of both services on a controller. */
export const hostState = `
  dpkg-query -W -f='\${binary:Package} \${Version} \${db:Status-Abbrev}\\n' 'glance*' python3-glance python3-eventlet 'placement*' python3-placement python3-os-traits
  apt-mark showauto | grep -e glance -e placement -e eventlet -e traits | sort; apt-mark showhold | sort
  sha256sum /etc/glance/*.conf /etc/glance/*.ini /etc/placement/*.conf
  for unit in glance-api placement-api; do echo "$unit $(systemctl is-active $unit) $(systemctl is-enabled $unit)"; done`;

export const revisions = `for schema in glance placement; do
  echo $schema $(mariadb -N -B -D $schema -e 'SELECT version_num FROM alembic_version ORDER BY 1'); done`;

export const versions = async (): Promise<string[]> => {
  const command = "dpkg-query -W -f '${Version} ' glance-api heat-api keystone placement-api";
  return Promise.all(controllers.map((host) => onHost({ host, command })));
};

export async function approvePlan({ rig, id }: { rig: UpgradeRig; id: string }): Promise<void> {
  const plan = await openGate({ client: rig.client, id, about: 'plan', forSeconds: 300 });
  await insist(() => rig.client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] }));
}

/** How a full upgrade ends that opens by itself: its state, its gates, what is owed. */
export async function upgraded(options: {
  rig: UpgradeRig;
  to: string;
  /** Absent: all that need not be named. */
  services?: readonly string[];
}): Promise<unknown[]> {
  const { rig, to, services } = options;
  const { client } = rig;
  const wish = { cloud: 'cedar', to, ...(services === undefined ? {} : { services }) };
  const { workflowId: id } = await client.startFull({ ...wish, options: { openAutomatically: true } });
  await approvePlan({ rig, id });
  return endWithoutQuestion({ rig, id });
}
