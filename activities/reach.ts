import type { Cloud } from '../schema/cloud';
import { createJobs, type Jobs } from './remote/durable-job';
import { createSsh2Transport } from './remote/ssh2-transport';
import type { RemoteHost, Transport } from './remote/transport';

/** The way to one cloud's hosts: connections are kept between steps. */
export interface Reach {
  readonly cloud: Cloud;
  readonly transport: Transport;
  readonly jobs: Jobs;
}

/** Hands out one `Reach` a cloud; a changed cloud file gets a new one, and the old connections are closed. */
export function createReaches(options: { readonly transportFor?: (hosts: readonly RemoteHost[]) => Transport }): {
  readonly to: (cloud: Cloud) => Promise<Reach>;
  readonly close: () => Promise<void>;
} {
  const transportFor = options.transportFor ?? ((hosts) => createSsh2Transport({ hosts }));
  const reaches = new Map<string, Reach>();
  return {
    async to(cloud) {
      const known = reaches.get(cloud.cloud);
      if (known?.cloud.digest === cloud.digest) return known;
      const transport = transportFor(remoteHosts(cloud));
      const reach = { cloud, transport, jobs: createJobs({ transport }) };
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

function remoteHosts(cloud: Cloud): RemoteHost[] {
  return Object.entries(cloud.hosts).map(([name, { address, port }]) => ({
    name,
    address,
    port,
    user: cloud.ssh.user,
    identityFile: cloud.ssh.identityFile,
    knownHostsFile: cloud.ssh.knownHostsFile,
    ...(cloud.ssh.jump === undefined || cloud.ssh.jump === name ? {} : { jumpHost: cloud.ssh.jump }),
  }));
}
