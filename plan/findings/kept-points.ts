import type { HostFacts } from '../../catalog/facts';
import type { Finding } from '../../schema/plan';
import { finding, gibibytes } from './finding';

/** A run is resolved within days; after a month nobody rolls it back unseen. */
const oldDays = 30;
/** Less is no reason to speak of it. */
const manyBytes = 2 ** 30;

/** Old restore points hold secrets and take room. Nothing deletes them but people; the newest one of the host is never counted. */
export function keptPointFindings({ host, restorePoints }: HostFacts): Finding[] {
  const old = restorePoints.slice(1).filter(({ days }) => days >= oldDays);
  const bytes = old.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes < manyBytes) return [];
  return [
    finding({
      what: 'old-restore-points',
      level: 'note',
      host,
      text: `${String(old.length)} restore point${old.length === 1 ? ' that is' : 's that are'} older than ${String(oldDays)} days ${old.length === 1 ? 'takes' : 'take'} ${gibibytes(bytes)} on this host. Their dumps and archives hold secrets.`,
      remedy: `Nothing, or delete them: openstack-upgrade restore-points drop --older-than ${String(oldDays)}.`,
      sources: ['R-OPS-9', 'trap 44'],
    }),
  ];
}
