import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, run } from '../machine/command';
import { leaderOf, rootOf } from '../machine/container';
import type { HostName } from '../machine/hosts';
import { LabError } from '../machine/lab-error';
import { labPlaces } from '../machine/places';
import type { Say } from '../machine/progress';
import { keyOf } from '../machine/recipe-text';
import { labSeries } from './series';

const recipe = join(__dirname, '../recipe/wheels-bobcat.txt');

/**
 * Lays the wheels of bobcat's Heat and of all it needs on a running host, as a person does before an upgrade with
 * `newCode: "venv"`: no host of the lab reaches a package index.
 */
export async function layWheels(options: {
  readonly host: HostName;
  /** `/srv/heat-wheels` */
  readonly directory: string;
  readonly say: Say;
}): Promise<void> {
  const { host, directory, say } = options;
  if (leaderOf(host) === null) throw new LabError(`${host} is not running, so no wheels can be written to it.`);
  const wheels = await wheelhouse({ say });
  cpSync(wheels, join(rootOf(host), directory), { recursive: true });
}

/** Made once, with the machine's own pip settings, and kept with the downloads. */
async function wheelhouse(options: { readonly say: Say }): Promise<string> {
  const heat = labSeries.find(({ name }) => name === 'bobcat')?.sources[0]?.wheel ?? '';
  const folder = join(labPlaces().downloads, `wheels-bobcat-${keyOf(heat, readFileSync(recipe, 'utf8'))}`);
  if (existsSync(folder)) return folder;
  options.say(`making the wheels of ${heat} and of its dependencies`);
  await readyToBuild();
  const building = `${folder}.building`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  // Every version is named: nothing is left to work out, and tomorrow's index gives the same.
  const argv = ['python3', '-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', building] as const;
  await must({ argv: [...argv, '--requirement', recipe, heat], purpose: `wheels of ${heat}` });
  renameSync(building, folder);
  return folder;
}

/** Some come as source, one of them in C: it is built for the Python of this machine, which has to be the hosts'. */
async function readyToBuild(): Promise<void> {
  const look =
    "import os, sys, sysconfig; print('%d.%d' % sys.version_info[:2], os.path.exists(sysconfig.get_path('include') + '/Python.h'))";
  const [version, headers] = (await must({ argv: ['python3', '-c', look] })).trim().split(' ');
  if (version !== '3.11')
    throw new LabError(`Making wheels needs python3 3.11, as on Debian 12; this machine has ${String(version)}.`);
  const compiler = (await run({ argv: ['gcc', '--version'] })).exitCode === 0;
  if (headers === 'True' && compiler) return;
  await must({
    argv: ['apt-get', '-q', '-y', '--no-install-recommends', 'install', 'gcc', 'libc6-dev', 'python3-dev'],
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
