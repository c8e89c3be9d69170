import type { Service } from './service';

/** An OpenStack series. Which version each service has in it stands with the service (`majors`). */
export interface Release {
  readonly series: string;
  /** As printed on release pages: `2023.2`. */
  readonly title: string;
  /** Day of the initial release, as openstack/releases has it (`series_status.yaml`). */
  readonly released: string;
}

/** In order. Those before Zed are known of Ceilometer alone, whose older releases are built otherwise (docs/decisions/0014-eras.md). */
export const releases: readonly Release[] = [
  { series: 'mitaka', title: '2016.1', released: '2016-04-07' },
  { series: 'newton', title: '2016.2', released: '2016-10-06' },
  { series: 'ocata', title: '2017.1', released: '2017-02-22' },
  { series: 'pike', title: '2017.2', released: '2017-08-30' },
  { series: 'queens', title: '2018.1', released: '2018-02-28' },
  { series: 'rocky', title: '2018.2', released: '2018-08-30' },
  { series: 'stein', title: '2019.1', released: '2019-04-10' },
  { series: 'train', title: '2019.2', released: '2019-10-16' },
  { series: 'ussuri', title: '2020.1', released: '2020-05-13' },
  { series: 'victoria', title: '2020.2', released: '2020-10-14' },
  { series: 'wallaby', title: '2021.1', released: '2021-04-14' },
  { series: 'xena', title: '2021.2', released: '2021-10-06' },
  { series: 'yoga', title: '2022.1', released: '2022-03-30' },
  { series: 'zed', title: '2022.2', released: '2022-10-05' },
  { series: 'antelope', title: '2023.1', released: '2023-03-22' },
  { series: 'bobcat', title: '2023.2', released: '2023-10-04' },
  { series: 'caracal', title: '2024.1', released: '2024-04-03' },
  { series: 'dalmatian', title: '2024.2', released: '2024-10-02' },
  { series: 'epoxy', title: '2025.1', released: '2025-04-02' },
  { series: 'flamingo', title: '2025.2', released: '2025-10-01' },
  { series: 'gazpacho', title: '2026.1', released: '2026-04-01' },
  { series: 'hibiscus', title: '2026.2', released: '2026-09-30' },
];

/** The series of an installed version (`2:23.0.0-0lab1`), by the service's major number. Undefined: not known here. */
export function seriesOf(options: { service: Pick<Service, 'majors'>; version: string }): string | undefined {
  const { majors } = options.service;
  const major = majorOf(options.version);
  return majors === null ? undefined : releases.find(({ series }) => majors[series] === major)?.series;
}

/** `2:23.0.0-0lab1`: 23. */
export function majorOf(version: string): number {
  return Number(/^(?:\d+:)?(\d+)\./.exec(version)?.[1]);
}

/** How many series lie between two; negative: `to` is older. Undefined: one of them is not known here. */
export function seriesBetween(options: { from: string; to: string }): number | undefined {
  const from = releases.findIndex(({ series }) => series === options.from);
  const to = releases.findIndex(({ series }) => series === options.to);
  return from < 0 || to < 0 ? undefined : to - from;
}
