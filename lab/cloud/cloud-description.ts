import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hostsWith, type LabHost } from '../machine/hosts';
import { sourceText } from '../packages/package-source';
import { addressOf } from './addresses';
import { labPlaces } from '../machine/places';
import type { CloudShape } from '../packages/cloud-shape';
import { seriesWith, type SeriesName } from '../packages/series';
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
export function writeCloudDescription(shape: CloudShape): CloudDescription {
  const { clouds } = labPlaces();
  mkdirSync(clouds, { recursive: true });
  const series = seriesWith(shape).map(({ name }) => name);
  for (const name of series) writeFileSync(join(clouds, `${name}.sources`), sourceText({ ...shape, series: name }));
  writeFileSync(join(clouds, 'known_hosts'), knownHostsText(hostsWith(shape.extras)));
  writeFileSync(join(clouds, 'cedar.yaml'), stringify(cloud({ series, hosts: hostsWith(shape.extras) })));
  return {
    cloudsDirectory: clouds,
    cloudFile: join(clouds, 'cedar.yaml'),
    knownHosts: join(clouds, 'known_hosts'),
    identityFile: identityFile(),
  };
}

function cloud({ series, hosts }: { series: readonly SeriesName[]; hosts: readonly LabHost[] }): object {
  return {
    cloud: 'cedar',
    ssh: { user: 'deploy', identityFile: identityFile(), knownHostsFile: './known_hosts' },
    hosts: Object.fromEntries(hosts.map(({ name, roles }) => [name, { address: addressOf(name), roles: [...roles] }])),
    loadBalancer: { kind: 'haproxy', socket: '/run/haproxy/admin.sock' },
    packageSources: Object.fromEntries(series.map((name) => [name, { deb822: `./${name}.sources`, pin: 990 }])),
    openstack: { credentials: '/root/admin-openrc', on: 'ctl1' },
    backup: { copyTo: 'mq1' },
    approvals: { approvers: ['ana', 'bo'], required: 1 },
  };
}
