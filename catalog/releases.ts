import type { Service } from './service';

/** An OpenStack series. Which version each service has in it stands with the service (`majors`). */
export interface Release {
  readonly series: string;
  /** As printed on release pages: `2023.2`. */
  readonly title: string;
}

/** In order. Those before Zed are known of Ceilometer alone, whose older releases are built otherwise (docs/decisions/0014-eras.md). */
export const releases: readonly Release[] = [
  { series: 'mitaka', title: '2016.1' },
  { series: 'newton', title: '2016.2' },
  { series: 'ocata', title: '2017.1' },
  { series: 'pike', title: '2017.2' },
  { series: 'queens', title: '2018.1' },
  { series: 'rocky', title: '2018.2' },
  { series: 'stein', title: '2019.1' },
  { series: 'train', title: '2019.2' },
  { series: 'ussuri', title: '2020.1' },
  { series: 'victoria', title: '2020.2' },
  { series: 'wallaby', title: '2021.1' },
  { series: 'xena', title: '2021.2' },
  { series: 'yoga', title: '2022.1' },
  { series: 'zed', title: '2022.2' },
  { series: 'antelope', title: '2023.1' },
  { series: 'bobcat', title: '2023.2' },
  { series: 'caracal', title: '2024.1' },
  { series: 'dalmatian', title: '2024.2' },
  { series: 'epoxy', title: '2025.1' },
  { series: 'flamingo', title: '2025.2' },
  { series: 'gazpacho', title: '2026.1' },
  { series: 'hibiscus', title: '2026.2' },
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
