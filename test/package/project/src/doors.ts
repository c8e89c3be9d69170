import { createUpgradeClient, workflowId, type UpgradeClient } from 'temporal-openstack-upgrade/client';
import { createEncryptionCodec } from 'temporal-openstack-upgrade/codec';
import { createSsh2Transport, createJobs, type Jobs } from 'temporal-openstack-upgrade/remote';
import { checkRequest, type RunStatus } from 'temporal-openstack-upgrade/schema';
import { createFakeCloud, type FakeCloud } from 'temporal-openstack-upgrade/testing';
import { openstackFullUpgrade } from 'temporal-openstack-upgrade/workflows';
import { Client, Connection } from '@temporalio/client';

/** What the types of every door are worth to a stranger's compiler; printed to see that the values are there as well. */
export const upgradeOver = (client: Client): UpgradeClient => createUpgradeClient({ client, taskQueue: 'q' });
export const waits = (status: RunStatus): boolean => status.gates.length > 0;
export const jobsAt = (): Jobs => createJobs({ transport: createSsh2Transport({ hosts: [] }) });
export const cloudOf = (name: string): FakeCloud => createFakeCloud({ name });
export type Result = Awaited<ReturnType<typeof openstackFullUpgrade>>;

const asked = checkRequest({ cloud: 'cedar', to: 'bobcat', services: 'heat' }, 'full');
console.log(
  JSON.stringify({
    refused: asked.ok ? null : asked.sentence,
    id: workflowId({ cloud: 'cedar', kind: 'finish' }),
    connects: typeof Connection.connect,
    jobs: typeof jobsAt().run,
    codec: typeof createEncryptionCodec,
    fake: cloudOf('cedar').name,
  }),
);
