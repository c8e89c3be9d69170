import { urlHost } from '../../catalog/platform/address';
import { bridgeAddress, packagePort } from '../machine/hosts';
import { type CloudShape, packagesSuffix, type PackageShape } from './cloud-shape';
import { familyOf } from './oddities';
import type { SeriesName } from './series';
import { keyringOnHosts } from './signing-key';

/** Each set of packages has repositories of its own, with all that its hosts install. */
export function repositoryName(repository: PackageShape & { readonly series: SeriesName }): string {
  return `${repository.series}${packagesSuffix(repository)}`;
}

/** Where the package server answers on the lab's own bridge. */
export function packageServerUrl({ odd }: Pick<CloudShape, 'odd'>): string {
  return `http://${urlHost(bridgeAddress(familyOf(odd)))}:${String(packagePort)}`;
}

/** The deb822 text of one series' repository, as an operator would write it. */
export function sourceText(repository: CloudShape & { readonly series: SeriesName }): string {
  return [
    'Types: deb',
    `URIs: ${packageServerUrl(repository)}/${repositoryName(repository)}`,
    'Suites: ./',
    `Signed-By: ${keyringOnHosts}`,
    '',
  ].join('\n');
}
