import type { CloudFacts } from '../../catalog/facts';
import { type Cloud, hostsWith } from '../../schema/cloud';
import type { Finding } from '../../schema/plan';
import { finding, gibibytes } from './finding';

/** Of the data of a database host: two compressed dumps, and the pieces of a third while it arrives. */
const copyFactor = 3 * 0.3;
/** Archives of a host, compressed, and pieces of one. */
const hostBytes = 100 * 2 ** 20;

/** Where the second copy of the restore point goes, if the cloud file wants one: to another machine, with room for it. */
export function secondCopyFindings(options: { cloud: Cloud; facts: CloudFacts }): Finding[] {
  const { cloud, facts } = options;
  const { copyTo } = cloud.backup;
  if (copyTo === undefined) return [];
  const [dumps] = hostsWith({ cloud, role: 'database' });
  return copyTo === dumps ? [besideDumps(copyTo)] : room({ copyTo, facts });
}

function besideDumps(copyTo: string): Finding {
  return finding({
    what: 'copy-beside-dumps',
    level: 'blocker',
    host: copyTo,
    text: `backup.copyTo names ${copyTo}, which makes the dumps: whoever loses that host loses both copies.`,
    remedy: 'Name another host in backup.copyTo, or remove it and keep a copy of your own.',
    sources: ['R-OPS-9', 'R-OPS-58'],
  });
}

function room(options: { copyTo: string; facts: CloudFacts }): Finding[] {
  const { copyTo, facts } = options;
  const data = facts.hosts
    .flatMap(({ database }) => database?.schemas ?? [])
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const need = data * copyFactor + facts.hosts.length * hostBytes;
  return facts.hosts
    .filter(({ host }) => host === copyTo)
    .flatMap(({ fileSystems }) => fileSystems)
    .filter(({ path, availableBytes }) => path === '/var/lib/openstack-upgrade' && availableBytes < need)
    .map(({ mount, availableBytes }) =>
      finding({
        what: 'copy-room',
        level: 'blocker',
        host: copyTo,
        text: `${mount} has ${gibibytes(availableBytes)} free; the second copy of the restore point needs ${gibibytes(need)}.`,
        remedy: `Free space on ${mount}, or name another host in backup.copyTo.`,
        sources: ['R-OPS-9', 'R-OPS-58', 'trap 44'],
      }),
    );
}
