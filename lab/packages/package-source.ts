import { network } from '../machine/hosts';
import { shapeSuffix, type CloudShape } from './cloud-shape';
import type { SeriesName } from './series';
import { keyringOnHosts } from './signing-key';

interface Repository extends CloudShape {
  readonly series: SeriesName;
}

/** Each shape has repositories of its own, with all that its hosts install. */
export function repositoryName(repository: Repository): string {
  return `${repository.series}${shapeSuffix(repository)}`;
}

/** The deb822 text of one series' repository, as an operator would write it. */
export function sourceText(repository: Repository): string {
  return [
    'Types: deb',
    `URIs: http://${network.bridge}:${network.packagePort}/${repositoryName(repository)}`,
    'Suites: ./',
    `Signed-By: ${keyringOnHosts}`,
    '',
  ].join('\n');
}
