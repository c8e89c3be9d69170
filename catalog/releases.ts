/**
 * OpenStack series in order, with the major version each service has in them.
 * Source: git tags of the projects; Ceilometer and Heat share their number from Zed on (B.0).
 */
export interface Release {
  readonly series: string;
  /** As printed on release pages: `2023.2`. */
  readonly title: string;
  readonly majors: Readonly<Record<string, number>>;
}

const release = (series: string, title: string, keystone: number, heat: number): Release => ({
  series,
  title,
  majors: { keystone, heat },
});

export const releases: readonly Release[] = [
  release('zed', '2022.2', 22, 19),
  release('antelope', '2023.1', 23, 20),
  release('bobcat', '2023.2', 24, 21),
  release('caracal', '2024.1', 25, 22),
  release('dalmatian', '2024.2', 26, 23),
  release('epoxy', '2025.1', 27, 24),
  release('flamingo', '2025.2', 28, 25),
  release('gazpacho', '2026.1', 29, 26),
  release('hibiscus', '2026.2', 30, 27),
];

/** The series of an installed version (`2:23.0.0-0lab1`), by the service's major number. Undefined: not known here. */
export function seriesOf(options: { service: string; version: string }): string | undefined {
  const major = Number(/^(?:\d+:)?(\d+)\./.exec(options.version)?.[1]);
  return releases.find(({ majors }) => majors[options.service] === major)?.series;
}

/** How many series lie between two; negative: `to` is older. Undefined: one of them is not known here. */
export function seriesBetween(options: { from: string; to: string }): number | undefined {
  const from = releases.findIndex(({ series }) => series === options.from);
  const to = releases.findIndex(({ series }) => series === options.to);
  return from < 0 || to < 0 ? undefined : to - from;
}
