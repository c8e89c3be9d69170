import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { obtainImageContents } from '../../tools/temporal/image-contents';
import { must } from '../machine/command';
import { LabError } from '../machine/lab-error';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { recipeText } from '../machine/recipe-text';
import { debianLayer, scriptLayer, type Layer } from '../packages/layers';

/**
 * An image that stands in for an official one, under its name: the programs are the real ones, the distribution below them is
 * Debian. Closed networks reach no registry of images.
 */
export interface StandIn {
  /** Without the tag: the files that are run say which. */
  readonly repository: string;
  /** Instructions of a Dockerfile. */
  readonly instructions: readonly string[];
  /** What the image is made of, uppermost first. */
  readonly layers: (options: { readonly tag: string; readonly say: Say }) => Promise<readonly Layer[]>;
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const standIns: readonly StandIn[] = [
  {
    repository: 'postgres',
    instructions: [
      `ENV ${path}:/usr/lib/postgresql/15/bin`,
      'VOLUME /var/lib/postgresql/data',
      'ENTRYPOINT ["postgres-entry"]',
    ],
    layers: async ({ say }) => {
      const script = [recipeText('install.sh'), recipeText('docker/postgres.sh')].join('\n');
      // In the key: a changed entry point is another image.
      const entry = recipeText('docker/postgres-entry.sh');
      const binds = [[join(__dirname, '../recipe/docker'), '/lab/recipe']] as const;
      return onBase({ name: 'docker-postgres', script: `${script}\n: <<'END'\n${entry}END\n`, binds, say });
    },
  },
  {
    repository: 'temporalio/admin-tools',
    instructions: [`ENV ${path}`, 'USER temporal'],
    layers: ({ say }) => ofTemporal({ name: 'admin-tools', say }),
  },
  {
    repository: 'temporalio/server',
    instructions: [`ENV ${path}`, 'WORKDIR /etc/temporal', 'USER temporal', 'CMD ["/etc/temporal/entrypoint.sh"]'],
    layers: ({ say }) => ofTemporal({ name: 'server', say }),
  },
  {
    repository: 'temporalio/ui',
    instructions: [`ENV ${path}`, 'WORKDIR /home/ui-server', 'USER temporal', 'ENTRYPOINT ["./start-ui-server.sh"]'],
    layers: ({ say }) => ofTemporal({ name: 'ui', say }),
  },
  {
    repository: 'node',
    // Node asks no certificates of the system's: behind a company's own authority, npm would trust nobody.
    instructions: [`ENV ${path} NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt`, 'CMD ["node"]'],
    layers: async ({ tag, say }) => {
      const folder = await obtainNode({ major: tag.split('-')[0] ?? '', say });
      const script = `# ${tag}\n${recipeText('docker/node.sh')}`;
      return onBase({ name: 'docker-node', script, binds: [[folder, '/lab/node']], say });
    },
  },
];

/** @throws LabError when nothing here stands in for the image */
export function standInFor(image: string): StandIn {
  const found = standIns.find(({ repository }) => image.startsWith(`${repository}:`));
  if (found !== undefined) return found;
  throw new LabError(
    `Nothing stands in for the image ${image}. Describe it in lab/docker/stand-ins.ts, beside ${standIns.map(({ repository }) => repository).join(', ')}.`,
  );
}

async function onBase(options: {
  readonly name: string;
  readonly script: string;
  readonly binds: readonly (readonly [string, string])[];
  readonly say: Say;
}): Promise<readonly Layer[]> {
  // Nothing beside the smallest Debian, as the official images: what the worker's image adds to it is measured.
  const script = recipeText('docker/base.sh');
  const base = await debianLayer({ name: 'docker-base', packages: 'apt', script, say: options.say });
  return [await scriptLayer({ ...options, below: [base] }), base];
}

async function ofTemporal(options: { readonly name: string; readonly say: Say }): Promise<readonly Layer[]> {
  const { name, say } = options;
  const { key, directory } = await obtainImageContents({ env: process.env, say });
  const script = [`# ${key}`, recipeText('install.sh'), recipeText(`docker/${name}.sh`)].join('\n');
  return onBase({ name: `docker-${name}`, script, binds: [[directory, '/lab/contents']], say });
}

/** Node of a major version and the npm that came with it, as packages. */
async function obtainNode(options: { readonly major: string; readonly say: Say }): Promise<string> {
  const { major, say } = options;
  const folder = join(labPlaces().downloads, `node-${major}`);
  if (existsSync(join(folder, 'node_modules/npm'))) return folder;
  say(`fetching Node ${major}`);
  mkdirSync(folder, { recursive: true });
  const packages = [`node-${process.platform}-${process.arch}@${major}`, 'npm@10'];
  await must({ argv: ['npm', 'install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...packages] });
  return folder;
}
