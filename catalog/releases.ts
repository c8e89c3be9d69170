import type { Service } from './service';

/** An OpenStack series. Which version each service has in it stands with the service (`majors`). */
export interface Release {
  readonly series: string;
  /** As printed on release pages: `2023.2`. */
  readonly title: string;
  /** Day of the initial release, as openstack/releases has it (`series_status.yaml`). */
  readonly released: string;
}

/** In order. */
export const releases: readonly Release[] = [
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
