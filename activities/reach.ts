import { ApplicationFailure } from '@temporalio/common';
import type { Cloud, SshClientName } from '../schema/cloud';
import { failureType } from '../schema/failure';
import {
  createJobs,
  createOpensshTransport,
  createRootShell,
  createSsh2Transport,
  OpensshUnusable,
  requireOpenssh,
  type Jobs,
  type RemoteHost,
  type RootShell,
  type Transport,
} from '../remote';

/** The way to one cloud's hosts: connections are kept between steps. */
export interface Reach {
  readonly cloud: Cloud;
  readonly transport: Transport;
  readonly root: RootShell;
  readonly jobs: Jobs;
}

/** Hands out one `Reach` a cloud; a changed cloud file gets a new one, and the old connections are closed. */
export function createReaches(options: { readonly sshProgram?: string } = {}): {
  readonly to: (cloud: Cloud) => Promise<Reach>;
  readonly close: () => Promise<void>;
} {
  const { sshProgram = 'ssh' } = options;
  const reaches = new Map<string, Reach>();
  return {
    async to(cloud) {
      const client = cloud.ssh.client ?? 'ssh2';
      const isKnown = reaches.get(cloud.cloud)?.cloud.digest === cloud.digest;
      if (client === 'openssh' && !isKnown) await requireClient({ cloud, sshProgram });
      const known = reaches.get(cloud.cloud); // asked again: another caller may have been faster meanwhile
      if (known?.cloud.digest === cloud.digest) return known;
      const transport = createTransport({ client, hosts: remoteHosts(cloud), sshProgram });
      const root = createRootShell({ transport });
      const reach = { cloud, transport, root, jobs: createJobs({ root }) };
      reaches.set(cloud.cloud, reach);
      await known?.transport.close();
      return reach;
    },
    async close() {
      await Promise.all([...reaches.values()].map(({ transport }) => transport.close()));
      reaches.clear();
    },
  };
}

/** @throws ApplicationFailure: asked before the first host is, so that it is not taken for the hosts' trouble. */
async function requireClient(options: { cloud: Cloud; sshProgram: string }): Promise<void> {
  const { cloud, sshProgram } = options;
  try {
    await requireOpenssh(sshProgram);
  } catch (error) {
    if (!(error instanceof OpensshUnusable)) throw error;
    throw ApplicationFailure.create({
      nonRetryable: true,
      type: failureType.cloudFileInvalid,
      message: `The cloud file ${cloud.cloud}.yaml cannot be used by this worker: ssh.client: ${error.message} Nothing was changed.`,
    });
  }
}

function createTransport(options: {
  client: SshClientName;
  hosts: readonly RemoteHost[];
  sshProgram: string;
}): Transport {
  const { client, hosts, sshProgram } = options;
  switch (client) {
    case 'ssh2':
      return createSsh2Transport({ hosts });
    case 'openssh':
      return createOpensshTransport({ hosts, program: sshProgram });
    default:
      return client satisfies never;
  }
}

function remoteHosts(cloud: Cloud): RemoteHost[] {
  const { user, knownHostsFile, identityFile, configFile, jump } = cloud.ssh;
  return Object.entries(cloud.hosts).map(([name, { address, port }]) => ({
    name,
    address,
    port,
    user,
    knownHostsFile,
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(configFile === undefined ? {} : { configFile }),
    ...(jump === undefined || jump === name ? {} : { jumpHost: jump }),
  }));
}
