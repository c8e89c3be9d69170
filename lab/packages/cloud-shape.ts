import { extrasSuffix, type ExtraServiceName } from './extra-services';

/** How Keystone is served: by Debian's unit, or by a site of Apache as Ubuntu packages it. */
export type LabPackaging = 'debian' | 'apache';

export const packagings: readonly LabPackaging[] = ['debian', 'apache'];

/** What the controllers of a lab carry. Each shape has layers, repositories and a frozen state of its own. */
export interface CloudShape {
  /** What runs on the controllers beside Keystone and Heat. */
  readonly extras: readonly ExtraServiceName[];
  readonly packaging: LabPackaging;
}

/** Ends the names of everything that differs with the shape: `-glance-placement-apache`, or nothing. */
export function shapeSuffix({ extras, packaging }: CloudShape): string {
  return `${extrasSuffix(extras)}${packaging === 'apache' ? '-apache' : ''}`;
}
