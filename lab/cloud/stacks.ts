import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerName } from '../machine/hosts';
import { labNetwork } from '../machine/instance';
import { baseLayer, roleLayer, scriptLayer, type Layer } from '../packages/layers';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { keyOf, recipeText } from '../machine/recipe-text';
import { buildRepositories } from '../packages/repositories';
import { labSecrets } from './secrets';
import { labSeries, seriesPackages, type SeriesName } from '../packages/series';
import { identityFile, knownHostsText } from './ssh-keys';

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
  'recipe/start-controller.sh',
  'cloud/configure.ts',
  'cloud/dress-host.ts',
  'packages/package-source.ts',
] as const;

/** Builds every layer and repository that is missing. Minutes the first time, nothing afterwards. */
export async function buildStacks(options: { readonly series: SeriesName; readonly say: Say }): Promise<Stacks> {
  const { series, say } = options;
  const base = await baseLayer({ say });
  const controller = await roleLayer({ name: 'controller', below: [base], say });
  const database = await roleLayer({ name: 'database', below: [base], say });
  const broker = await roleLayer({ name: 'broker', below: [base], say });
  const balancer = await roleLayer({ name: 'balancer', below: [base], say });
  const repositories = await buildRepositories({ layers: [controller, base], say });
  const started = await seriesLayer({ series, repositories, below: [controller, base], say });
  const lower = {
    controller: [...started, controller, base],
    database: [database, base],
    broker: [broker, base],
    balancer: [balancer, base],
  };
  const keys = Object.values(lower).flatMap((layers) => layers.map(({ key }) => key));
  return {
    lower: {
      controller: lower.controller.map(folderOf),
      database: lower.database.map(folderOf),
      broker: lower.broker.map(folderOf),
      balancer: lower.balancer.map(folderOf),
    },
    key: keyOf(
      series,
      labNetwork,
      repositories,
      ...keys,
      ...configuration.map((name) => readFileSync(join(__dirname, '..', name), 'utf8')),
      ...hostSecrets(),
    ),
  };
}

/** Keys and passwords that a frozen host carries: with others it would let nobody in. */
const hostSecrets = (): string[] => [
  JSON.stringify(labSecrets()),
  readFileSync(`${identityFile()}.pub`, 'utf8'),
  knownHostsText(),
];

const folderOf = (layer: Layer): string => layer.folder;

/** A controller whose packages are those of the starting series; Debian's own need no layer more. */
async function seriesLayer(options: {
  readonly series: SeriesName;
  readonly repositories: string;
  readonly below: readonly Layer[];
  readonly say: Say;
}): Promise<Layer[]> {
  const found = labSeries.find(({ name }) => name === options.series);
  if (found === undefined || found.sources.length === 0) return [];
  const script = [
    `# ${options.repositories}`,
    recipeText('install.sh'),
    // Configuration is copied from the package's template only where none exists: a fresh cloud has its own series' one.
    'rm -f /etc/heat/heat.conf /etc/keystone/keystone.conf',
    "printf 'deb [trusted=yes] file:/lab/repository ./\\n' >/etc/apt/sources.list.d/series.list",
    `install_packages ${seriesPackages.join(' ')}`,
    'rm -f /etc/apt/sources.list.d/series.list',
    recipeText('controller-off.sh'),
    '',
  ].join('\n');
  const bind = [join(labPlaces().repositories, options.series), '/lab/repository'] as const;
  return [
    await scriptLayer({
      name: `controller-${options.series}`,
      below: options.below,
      script,
      binds: [bind],
      say: options.say,
    }),
  ];
}
