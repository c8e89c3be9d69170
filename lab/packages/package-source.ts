import { network } from '../machine/hosts';
import type { SeriesName } from './series';
import { keyringOnHosts } from './signing-key';

/** The deb822 text of one series' repository, as an operator would write it. */
export function sourceText(series: SeriesName): string {
  return [
    'Types: deb',
    `URIs: http://${network.bridge}:${network.packagePort}/${series}`,
    'Suites: ./',
    `Signed-By: ${keyringOnHosts}`,
    '',
  ].join('\n');
}
