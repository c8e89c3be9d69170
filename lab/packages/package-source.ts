import { network } from '../machine/hosts';
import { extrasSuffix, type ExtraServiceName } from './extra-services';
import type { SeriesName } from './series';
import { keyringOnHosts } from './signing-key';

interface Repository {
  readonly series: SeriesName;
  readonly extras: readonly ExtraServiceName[];
}

/** Each set of services has repositories of its own, with all that its hosts install. */
export function repositoryName({ series, extras }: Repository): string {
  return `${series}${extrasSuffix(extras)}`;
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
