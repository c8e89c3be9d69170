import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostsWith, type LayerName } from '../machine/hosts';
import { labNetwork } from '../machine/instance';
import { baseLayer, roleLayer, scriptLayer, type Layer } from '../packages/layers';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { keyOf, recipeText } from '../machine/recipe-text';
import { buildRepositories } from '../packages/repositories';
import { labSecrets } from './secrets';
import { packagesSuffix, type CloudShape, type PackageShape } from '../packages/cloud-shape';
import { extraServices, extrasSuffix, type ExtraServiceName } from '../packages/extra-services';
import type { OddityName } from '../packages/oddities';
import { repositoryName } from '../packages/package-source';
import { computePackages, controllerPackages, seriesWith, type SeriesName } from '../packages/series';
import { identityFile, knownHostsText } from './ssh-keys';
import { tlsAuthority, tlsOfBalancer } from './tls-files';

/** What lies under the hosts of one starting series. */
export interface Stacks {
  /** Folders by role, uppermost first. */
  readonly lower: Readonly<Record<LayerName, readonly string[]>>;
  /** Changes whenever anything below or in the configuration recipes changes. */
  readonly key: string;
}

/** What configures a host between its layers and its frozen state. */
const configuration = [
  'recipe/common.sh',
  'recipe/configure-controller.sh',
  'recipe/configure-db1.sh',
  'recipe/configure-lb1.sh',
  'recipe/configure-mq1.sh',
  'recipe/identity.sh',
  'recipe/schemas.sh',
  'recipe/service-schema.sh',
  'recipe/service-identity.sh',
  'recipe/service-prepare.sh',
  'recipe/service-start.sh',
  'recipe/service-balancer.sh',
  'recipe/start-controller.sh',
  'cloud/configure.ts',
  'cloud/dress-host.ts',
  'packages/package-source.ts',
] as const;

/** Builds every layer and repository that is missing. Minutes the first time, nothing afterwards. */
export async function buildStacks(
  options: CloudShape & { readonly series: SeriesName; readonly say: Say },
): Promise<Stacks> {
  const { series, extras, packaging, odd, say } = options;
  const base = await baseLayer({ say });
  const controller = await roleLayer({ name: 'controller', below: [base], say });
  const database = await roleLayer({ name: 'database', below: [base], say });
  const broker = await roleLayer({ name: 'broker', below: [base], say });
  const balancer = await roleLayer({ name: 'balancer', below: [base], say });
  const services = [...(await extrasLayer({ extras, below: [controller, base], say })), controller, base];
  const withExtras = [...(await apacheLayer({ extras, packaging, below: services, say })), ...services];
  const repositories = await buildRepositories({ layers: withExtras, extras, packaging, say });
  const started = await seriesLayer({ series, extras, packaging, repositories, below: withExtras, say });
  const lower = {
    controller: [...started, ...withExtras],
    database: [database, base],
    broker: [broker, base],
    balancer: [balancer, base],
    compute: await computeLayers({ ...options, repositories, base }),
  };
  const keys = Object.values(lower).flatMap((layers) => layers.map(({ key }) => key));
  return {
    lower: {
      controller: lower.controller.map(folderOf),
      database: lower.database.map(folderOf),
      broker: lower.broker.map(folderOf),
      balancer: lower.balancer.map(folderOf),
      compute: lower.compute.map(folderOf),
    },
    key: keyOf(
      series,
      labNetwork,
      repositories,
      ...keys,
      ...configuration.map((name) => readFileSync(join(__dirname, '..', name), 'utf8')),
      ...extraServices(extras).map(
        (service) => `${JSON.stringify(service)}${recipeText(`configure-${service.name}.sh`)}`,
      ),
      ...(lower.compute.length > 0 ? [recipeText('configure-compute.sh')] : []),
      ...(packaging === 'apache' ? [recipeText('configure-apache.sh'), recipeText('start-controller-apache.sh')] : []),
      ...oddRecipes(odd),
      ...hostSecrets(extras),
    ),
  };
}

/** What is done to hosts for these alone: a usual cloud does not depend on it. */
const oddRecipes = (odd: readonly OddityName[]): string[] =>
  odd.length === 0
    ? []
    : [
        ...odd,
        ...['greeting.sh', 'ipv6-broker.sh', 'tls-controller.sh', 'vhosts-broker.sh', 'vhosts-controller.sh'].map(
          recipeText,
        ),
        ...(odd.includes('tls') ? [tlsAuthority(), tlsOfBalancer()] : []),
      ];

/** Keys and passwords that a frozen host carries: with others it would let nobody in. */
const hostSecrets = (extras: readonly ExtraServiceName[]): string[] => [
  JSON.stringify(labSecrets()),
  readFileSync(`${identityFile()}.pub`, 'utf8'),
  knownHostsText(hostsWith(extras)),
];

const folderOf = (layer: Layer): string => layer.folder;

/** The packages of the services that were asked for, as Debian ships them. */
async function extrasLayer(options: {
  readonly extras: readonly ExtraServiceName[];
  readonly below: readonly Layer[];
  readonly say: Say;
}): Promise<Layer[]> {
  const { extras, below, say } = options;
  const services = extraServices(extras);
  if (services.length === 0) return [];
  const script = [
    // In front of each: it keeps the maintainer scripts from starting anything during one call of apt.
    ...services.flatMap(({ name }) => [recipeText('install.sh'), recipeText(`${name}.sh`)]),
    ...services.map(({ units }) => `systemctl disable ${units.join(' ')}`),
    '',
  ].join('\n');
  return [await scriptLayer({ name: `controller${extrasSuffix(extras)}`, below, script, binds: [], say })];
}

/** Apache with mod_wsgi, where Keystone is one of its sites. */
async function apacheLayer(
  options: PackageShape & { readonly below: readonly Layer[]; readonly say: Say },
): Promise<Layer[]> {
  const { packaging, below, say } = options;
  if (packaging === 'debian') return [];
  const script = [recipeText('install.sh'), recipeText('apache.sh')].join('\n');
  return [await scriptLayer({ name: `controller${packagesSuffix(options)}`, below, script, binds: [], say })];
}

/** A controller whose packages are those of the starting series; Debian's own need no layer more. */
async function seriesLayer(
  options: PackageShape & {
    readonly series: SeriesName;
    readonly repositories: string;
    readonly below: readonly Layer[];
    readonly say: Say;
  },
): Promise<Layer[]> {
  const { series, extras, packaging } = options;
  const services = extraServices(extras);
  const found = seriesWith(options).find(({ name }) => name === series);
  if (found === undefined || found.sources.length === 0) return [];
  const sites = found.sources.flatMap(({ site }) => (site === undefined ? [] : [`${site.unit}.service`]));
  const script = [
    `# ${options.repositories}`,
    recipeText('install.sh'),
    // Configuration is copied from the package's template only where none exists: a fresh cloud has its own series' one.
    [
      'rm -rf /etc/heat/heat.conf /etc/keystone/keystone.conf',
      ...services.flatMap((each) => each.configurationFiles),
    ].join(' '),
    ...fromRepository(controllerPackages(extras)),
    recipeText(packaging === 'apache' ? 'controller-apache-off.sh' : 'controller-off.sh'),
    ...services
      .map(({ units }) => units.filter((unit) => !sites.includes(unit)))
      .filter((units) => units.length > 0)
      .map((units) => `systemctl disable ${units.join(' ')}`),
    '',
  ].join('\n');
  return [
    await scriptLayer({
      name: `controller${packagesSuffix(options)}-${series}`,
      below: options.below,
      script,
      binds: [repositoryBind(options)],
      say: options.say,
    }),
  ];
}

/** A host that is only a compute: an agent that polls, and nothing that it would need Nova for. */
async function computeLayers(
  options: CloudShape & {
    readonly series: SeriesName;
    readonly repositories: string;
    readonly base: Layer;
    readonly say: Say;
  },
): Promise<Layer[]> {
  const { series, base, repositories, say } = options;
  if (hostsWith(options.extras).every(({ layer }) => layer !== 'compute')) return [];
  const off = 'systemctl disable ceilometer-agent-compute.service\n';
  const script = [recipeText('install.sh'), recipeText('compute.sh'), off].join('\n');
  const debian = await scriptLayer({ name: 'compute', below: [base], script, binds: [], say });
  const found = seriesWith(options).find(({ name }) => name === series);
  if (found === undefined || found.sources.length === 0) return [debian, base];
  const installed = await scriptLayer({
    name: `compute-${series}`,
    below: [debian, base],
    script: [
      `# ${repositories}`,
      recipeText('install.sh'),
      'rm -f /etc/ceilometer/ceilometer.conf',
      ...fromRepository(computePackages),
      off,
    ].join('\n'),
    binds: [repositoryBind(options)],
    say,
  });
  return [installed, debian, base];
}

/** Packages of the starting series, from its repository as it lies on this machine. */
const fromRepository = (packages: readonly string[]): string[] => [
  "printf 'deb [trusted=yes] file:/lab/repository ./\\n' >/etc/apt/sources.list.d/series.list",
  `install_packages ${packages.join(' ')}`,
  'rm -f /etc/apt/sources.list.d/series.list',
];

function repositoryBind(options: PackageShape & { readonly series: SeriesName }): readonly [string, string] {
  return [join(labPlaces().repositories, repositoryName(options)), '/lab/repository'];
}
