import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isMariaDb } from '../../catalog/platform/mariadb';
import { type Cloud, haproxiesOf, hostsWith } from '../../schema/cloud';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

/** Debian and Ubuntu packages of programs that are not called like their package. */
const packageOf: Readonly<Record<string, string>> = {
  flock: 'util-linux',
  setsid: 'util-linux',
  sha256sum: 'coreutils',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  mariadb: 'mariadb-client',
  'mariadb-dump': 'mariadb-client',
};

/**
 * Programs that the steps of any run call on this host. Programs of MariaDB are not asked for where another server runs:
 * their packages would remove it (`not-mariadb`). A broker needs Python in a rolling run alone.
 */
export function toolFindings({ host, cloud }: { host: HostFacts; cloud: Cloud }): Finding[] {
  const tools = host.missingTools.filter((tool) => isCalled({ tool, host, cloud }));
  return [
    ...missing({ host, tools }),
    ...(compressesWithGzip(host) && compresses({ host, cloud }) ? [slower(host)] : []),
  ];
}

function isCalled(options: { tool: string; host: HostFacts; cloud: Cloud }): boolean {
  const { tool, host, cloud } = options;
  const { database } = host;
  switch (tool) {
    case 'mariadb':
    case 'mariadb-dump':
      return database === null || database.program === null || isMariaDb(database);
    case 'python3':
      return !isBrokerAlone(host);
    case 'curl':
      // APIs are asked from where the administrator's credentials are, and where users come in.
      return host.host === cloud.openstack.on || haproxiesOf(cloud).hosts.includes(host.host);
    case 'zstd':
      return !compressesWithGzip(host) && compresses({ host, cloud });
    case 'gzip':
      return false;
    default:
      return true;
  }
}

/** A restore point is made here: dumps on the first database host, archives where packages change. */
function compresses({ host, cloud }: { host: HostFacts; cloud: Cloud }): boolean {
  return host.packages !== null || host.host === hostsWith({ cloud, role: 'database' })[0];
}

export function compressesWithGzip({ missingTools }: HostFacts): boolean {
  return missingTools.includes('zstd') && !missingTools.includes('gzip');
}

function slower({ host }: HostFacts): Finding {
  return finding({
    what: 'compressed-with-gzip',
    level: 'note',
    host,
    text: 'zstd is missing: dumps and archives of the restore point are compressed with gzip (.gz), which takes several times as long.',
    remedy: 'Nothing, or install zstd where the databases are large.',
    sources: ['R-OPS-9'],
  });
}

/** A rolling run makes vhosts, looks into them and removes them, with a program of its own. */
export function brokerToolFindings(facts: CloudFacts): Finding[] {
  return facts.hosts
    .filter(isBrokerAlone)
    .flatMap((host) => missing({ host, tools: host.missingTools.filter((tool) => tool === 'python3') }));
}

function isBrokerAlone({ broker, packages }: HostFacts): boolean {
  return broker !== null && packages === null;
}

function missing({ host, tools }: { host: HostFacts; tools: readonly string[] }): Finding[] {
  if (tools.length === 0) return [];
  const packages = [...new Set(tools.map((tool) => packageOf[tool] ?? tool))];
  return [
    finding({
      what: 'tools-missing',
      level: 'blocker',
      host: host.host,
      text: `The steps call ${tools.join(', ')}, which the host lacks.`,
      remedy: `Install the package${packages.length === 1 ? '' : 's'} ${packages.join(', ')}; check first, with apt-get -s, that nothing is removed.`,
      sources: ['R-OPS-9'],
    }),
  ];
}
