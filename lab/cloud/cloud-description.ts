import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { labHosts } from '../machine/hosts';
import { sourceText } from '../packages/package-source';
import { labPlaces } from '../machine/places';
import type { ExtraServiceName } from '../packages/extra-services';
import { seriesNames } from '../packages/series';
import { identityFile, knownHostsText } from './ssh-keys';

/** Where the files lie that a worker needs to reach the lab. */
export interface CloudDescription {
  readonly cloudsDirectory: string;
  readonly cloudFile: string;
  readonly knownHosts: string;
  readonly identityFile: string;
}

/**
 * Writes the cloud file of `cedar`, its known_hosts and the source of every series: also of the installed one, whose
 * entry an upgrade turns off on the hosts.
 */
export function writeCloudDescription(options: { readonly extras: readonly ExtraServiceName[] }): CloudDescription {
  const { extras } = options;
  const { clouds } = labPlaces();
  mkdirSync(clouds, { recursive: true });
  for (const name of seriesNames) writeFileSync(join(clouds, `${name}.sources`), sourceText({ series: name, extras }));
  writeFileSync(join(clouds, 'known_hosts'), knownHostsText());
  writeFileSync(join(clouds, 'cedar.yaml'), stringify(cloud()));
  return {
    cloudsDirectory: clouds,
    cloudFile: join(clouds, 'cedar.yaml'),
    knownHosts: join(clouds, 'known_hosts'),
    identityFile: identityFile(),
  };
}

function cloud(): object {
  return {
    cloud: 'cedar',
    ssh: { user: 'deploy', identityFile: identityFile(), knownHostsFile: './known_hosts' },
    hosts: Object.fromEntries(labHosts.map(({ name, address, roles }) => [name, { address, roles: [...roles] }])),
    loadBalancer: { kind: 'haproxy', socket: '/run/haproxy/admin.sock' },
    packageSources: Object.fromEntries(seriesNames.map((name) => [name, { deb822: `./${name}.sources`, pin: 990 }])),
    openstack: { credentials: '/root/admin-openrc', on: 'ctl1' },
    backup: { copyTo: 'mq1' },
    approvals: { approvers: ['ana', 'bo'], required: 1 },
  };
}
