import { extrasSuffix, type ExtraServiceName } from './extra-services';
import { type OddityName, odditiesSuffix } from './oddities';

/** How Keystone is served: by Debian's unit, or by a site of Apache as Ubuntu packages it. */
export type LabPackaging = 'debian' | 'apache';

export const packagings: readonly LabPackaging[] = ['debian', 'apache'];

/** What is installed on the controllers of a lab. Each has layers and repositories of its own. */
export interface PackageShape {
  /** What runs on the controllers beside Keystone and Heat. */
  readonly extras: readonly ExtraServiceName[];
  readonly packaging: LabPackaging;
}

/** What a lab is like. Each shape has a frozen state of its own. */
export interface CloudShape extends PackageShape {
  /** How it is set up otherwise than install guides do. */
  readonly odd: readonly OddityName[];
}

/** Ends the names of everything that differs with the packages: `-glance-placement-apache`, or nothing. */
export function packagesSuffix({ extras, packaging }: PackageShape): string {
  return `${extrasSuffix(extras)}${packaging === 'apache' ? '-apache' : ''}`;
}

/** The same for what differs with the configuration as well: `-glance-odd`. */
export function shapeSuffix(shape: CloudShape): string {
  return `${packagesSuffix(shape)}${odditiesSuffix(shape.odd)}`;
}
