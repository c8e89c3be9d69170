import type { PackageShape } from './cloud-shape';
import { extraServices, type ExtraServiceName } from './extra-services';

/** One source package of Debian and the wheel whose code replaces what it carries. */
export interface RepackedSource {
  /** As `pip download` takes it. */
  readonly wheel: string;
  readonly version: string;
  readonly packages: readonly string[];
  /** Part of a lab that has this service, and of no other. Absent: of every lab. */
  readonly onlyWith?: ExtraServiceName;
  /** The package whose configuration template and policy sample are written anew from the new code. */
  readonly settings?: {
    readonly package: string;
    readonly template: string;
    /** Null: its API is gone, and what it allowed with it. */
    readonly policy: string | null;
    readonly namespace: string;
  };
  /** A package whose unit becomes a site of Apache. Its text is in `lab/recipe/site-NAME.conf`. */
  readonly site?: { readonly package: string; readonly name: string; readonly unit: string };
}

export interface LabSeries {
  readonly name: 'zed' | 'antelope' | 'bobcat';
  /** OpenStack's own number of the release. */
  readonly release: string;
  /** The release's day: the time of every repacked file, so that the same version has the same bytes in every lab. */
  readonly releasedAt: string;
  /** Empty: Debian's own files as they are. */
  readonly sources: readonly RepackedSource[];
}

const heatPackages = ['heat-api', 'heat-api-cfn', 'heat-common', 'heat-engine', 'python3-heat'] as const;
const keystonePackages = ['keystone', 'python3-keystone'] as const;
const messagingPackages = ['python3-oslo.messaging'] as const;
const glancePackages = ['glance-api', 'glance-common', 'python3-glance'] as const;
const placementPackages = ['placement-api', 'placement-common', 'python3-placement'] as const;
const traitsPackages = ['python3-os-traits'] as const;
const eventletPackages = ['python3-eventlet'] as const;

const gnocchiPackages = ['gnocchi-api', 'gnocchi-common', 'gnocchi-metricd', 'python3-gnocchi'] as const;
const ceilometerPackages = [
  'ceilometer-agent-central',
  'ceilometer-agent-notification',
  'ceilometer-common',
  'python3-ceilometer',
] as const;

/** Of hosts that are only computes. */
export const computePackages = [
  'ceilometer-agent-compute',
  'ceilometer-common',
  'python3-ceilometer',
  ...messagingPackages,
] as const;

const extraPackages: Readonly<Record<ExtraServiceName, readonly string[]>> = {
  glance: [...glancePackages, ...eventletPackages],
  placement: [...placementPackages, ...traitsPackages],
  gnocchi: gnocchiPackages,
  ceilometer: ceilometerPackages,
};

/** Everything that a repository of one series holds, by Debian's names. */
export function packagesWith(extras: readonly ExtraServiceName[]): readonly string[] {
  const others = extras.includes('ceilometer') ? computePackages : [];
  return [...new Set([...controllerPackages(extras), ...others])];
}

/** What a controller has of it. */
export function controllerPackages(extras: readonly ExtraServiceName[]): readonly string[] {
  const extra = extraServices(extras).flatMap(({ name }) => extraPackages[name]);
  return [...heatPackages, ...keystonePackages, ...messagingPackages, ...extra];
}

/** The series as a lab of this shape has them. */
export function seriesWith({ extras, packaging }: PackageShape): readonly LabSeries[] {
  return labSeries
    .filter(({ sources }) => packaging === 'debian' || sources.length > 0)
    .map((series) => ({
      ...series,
      sources: series.sources
        .filter(({ onlyWith }) => onlyWith === undefined || extras.includes(onlyWith))
        .map((source) => (packaging === 'apache' ? asSite(source) : source)),
    }));
}

/** Ubuntu's packages that bring a site and neither unit nor init script, by what their settings are named after. */
const sites: Readonly<Record<string, NonNullable<RepackedSource['site']>>> = {
  keystone: { package: 'keystone', name: 'keystone', unit: 'keystone' },
  placement: { package: 'placement-api', name: 'placement-api', unit: 'placement-api' },
};

function asSite(source: RepackedSource): RepackedSource {
  const site = sites[source.settings?.namespace ?? ''];
  return site === undefined ? source : { ...source, site };
}

const heat = (version: string): RepackedSource => ({
  wheel: `openstack-heat==${version}`,
  version: `1:${version}-0lab1`,
  packages: heatPackages,
  settings: {
    package: 'heat-common',
    template: 'usr/share/heat-common/heat.conf',
    policy: 'etc/heat/policy.d/00_default_policy.yaml',
    namespace: 'heat',
  },
});

const keystone = (version: string): RepackedSource => ({
  wheel: `keystone==${version}`,
  version: `2:${version}-0lab1`,
  packages: keystonePackages,
  settings: {
    package: 'keystone',
    template: 'usr/share/keystone/keystone.conf',
    policy: 'etc/keystone/policy.d/00_default_policy.yaml',
    namespace: 'keystone',
  },
});

const glance = (version: string): RepackedSource => ({
  wheel: `glance==${version}`,
  version: `2:${version}-0lab1`,
  packages: glancePackages,
  settings: {
    package: 'glance-common',
    template: 'usr/share/glance-common/glance-api.conf',
    policy: 'etc/glance/policy.d/00_default_policy.yaml',
    namespace: 'glance',
  },
  onlyWith: 'glance',
});

const placement = (version: string): RepackedSource => ({
  wheel: `openstack-placement==${version}`,
  version: `${version}-0lab1`,
  packages: placementPackages,
  settings: {
    package: 'placement-common',
    template: 'usr/share/placement-common/placement.conf',
    policy: 'etc/placement/policy.d/00_default_policy.yaml',
    namespace: 'placement',
  },
  onlyWith: 'placement',
});

/** Gnocchi has a rhythm of its own: these are the versions that were new on the days of the series. */
const gnocchi = (version: string): RepackedSource => ({
  wheel: `gnocchi==${version}`,
  version: `${version}-0lab1`,
  packages: gnocchiPackages,
  onlyWith: 'gnocchi',
});

const ceilometer = (version: string): RepackedSource => ({
  wheel: `ceilometer==${version}`,
  version: `1:${version}-0lab1`,
  packages: ['ceilometer-agent-compute', ...ceilometerPackages],
  settings: {
    package: 'ceilometer-common',
    template: 'usr/share/ceilometer-common/ceilometer.conf',
    policy: null,
    namespace: 'ceilometer',
  },
  onlyWith: 'ceilometer',
});

/** placement 9 needs os-traits >= 2.10.0, placement 10 needs 3.0.0, and Debian 12 has 2.9.0. */
const traits = (version: string): RepackedSource => ({
  wheel: `os-traits==${version}`,
  version: `${version}-0lab1`,
  packages: traitsPackages,
  onlyWith: 'placement',
});

/** glance 27 needs eventlet >= 0.33.3 and Debian 12 has 0.33.1. */
const eventlet: RepackedSource = {
  wheel: 'eventlet==0.33.3',
  version: '0.33.3-0lab1',
  packages: eventletPackages,
  onlyWith: 'glance',
};

/** heat 20 needs oslo.messaging >= 14.1.0 and Debian 12 has 14.0.3: so a library is part of every upgrade. */
const messaging: RepackedSource = {
  wheel: 'oslo.messaging==14.1.0',
  version: '14.1.0-0lab1',
  packages: messagingPackages,
};

/** Neighbours in this order. Debian's stable suites are not neighbours, hence repacked code (zed is Debian's own). */
export const labSeries: readonly LabSeries[] = [
  { name: 'zed', release: '2022.2', releasedAt: '2022-10-05T00:00:00Z', sources: [] },
  {
    name: 'antelope',
    release: '2023.1',
    releasedAt: '2023-03-22T00:00:00Z',
    sources: [
      heat('20.0.0'),
      keystone('23.0.0'),
      messaging,
      glance('26.0.0'),
      placement('9.0.0'),
      traits('2.10.0'),
      gnocchi('4.5.0'),
      ceilometer('20.0.0'),
    ],
  },
  {
    name: 'bobcat',
    release: '2023.2',
    releasedAt: '2023-10-04T00:00:00Z',
    sources: [
      heat('21.0.0'),
      keystone('24.0.0'),
      messaging,
      glance('27.0.0'),
      eventlet,
      placement('10.0.0'),
      traits('3.0.0'),
      gnocchi('4.6.0'),
      ceilometer('21.0.0'),
    ],
  },
];

export type SeriesName = LabSeries['name'];

export const seriesNames: readonly SeriesName[] = labSeries.map(({ name }) => name);
