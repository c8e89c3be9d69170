import type { CloudFacts, HostFacts } from '../../catalog/facts';
import { isMariaDb } from '../../catalog/platform/mariadb';
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
export function toolFindings(host: HostFacts): Finding[] {
  const { database } = host;
  const foreign = database !== null && database.program !== null && !isMariaDb(database);
  return missing({
    host,
    tools: host.missingTools.filter(
      (tool) => !(foreign && packageOf[tool] === 'mariadb-client') && !(isBrokerAlone(host) && tool === 'python3'),
    ),
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
