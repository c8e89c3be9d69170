import type { HostFacts } from '../../catalog/facts';
import { otherPinsFile } from '../../catalog/platform/apt';
import type { Series } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { stayingOn } from '../scope/staying';
import { finding } from './finding';

/** What stays at its version although the source of the next series is open: until when, and who ends it. */
export function stayingFindings(options: { host: HostFacts; to: Series }): Finding[] {
  const { host, to } = options;
  if (host.packages === null || host.packages.simulation.refusal !== null) return [];
  if (host.packages.targetOffers === null) {
    return [
      finding({
        what: 'target-offers-unread',
        level: 'warning',
        host: host.host,
        text:
          `Which other packages the source of ${to} would upgrade could not be read: they are not pinned, and the next upgrade of ` +
          'the host may take services to the next series without their migrations.',
        remedy: 'Run apt-get -s dist-upgrade on this host, fix what it names, and run the preflight again.',
        sources: ['R-OPS-38', 'R-OPS-70'],
      }),
    ];
  }
  const { packages } = stayingOn(host);
  if (packages.length === 0) return [];
  const names = packages.map(({ name }) => name);
  const shown =
    names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${String(names.length - 6)} more` : names.join(', ');
  return [
    finding({
      what: 'others-pinned',
      level: 'note',
      host: host.host,
      text:
        `The source of ${to} has newer versions of packages that this run does not upgrade: ${shown}. They stay where they are, ` +
        `pinned in ${otherPinsFile}, also after the run; else the next upgrade of the host would take them without their migrations.`,
      remedy: `Until they are upgraded: a run that upgrades them takes their pins away. By hand: upgrade and migrate them, then rm ${otherPinsFile}.`,
      sources: ['R-OPS-38', 'R-OPS-70', 'trap 20'],
    }),
  ];
}
