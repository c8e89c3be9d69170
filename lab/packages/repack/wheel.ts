import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../machine/command';
import { labPlaces } from '../../machine/places';

/** An unpacked wheel. */
export interface Wheel {
  readonly folder: string;
  /** Folder names that belong into dist-packages: modules and the dist-info. */
  readonly modules: readonly string[];
  readonly distInfo: string;
  /** `.data/data`: files below a prefix such as etc/heat. Null when the wheel has none. */
  readonly data: string | null;
  /** `.data/scripts`. */
  readonly scripts: string | null;
}

/** Downloads a wheel (kept for the next time) with the machine's own pip settings and unpacks it. */
export async function unpackWheel(options: { readonly wheel: string; readonly into: string }): Promise<Wheel> {
  const kept = join(labPlaces().downloads, 'wheels', options.wheel.replace('==', '-'));
  if (!existsSync(kept)) await download({ wheel: options.wheel, into: kept });
  const file = readdirSync(kept).find((name) => name.endsWith('.whl')) ?? '';
  await must({ argv: ['python3', '-m', 'zipfile', '-e', join(kept, file), options.into] });
  return describeWheel(options.into);
}

async function download(options: { readonly wheel: string; readonly into: string }): Promise<void> {
  mkdirSync(options.into, { recursive: true });
  const argv = ['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest'] as const;
  try {
    await must({ argv: [...argv, options.into, options.wheel], purpose: `download ${options.wheel}` });
  } catch (error) {
    rmSync(options.into, { recursive: true, force: true });
    throw error;
  }
}

function describeWheel(folder: string): Wheel {
  const names = readdirSync(folder);
  const distInfo = names.find((name) => name.endsWith('.dist-info')) ?? '';
  const data = names.find((name) => name.endsWith('.data'));
  const part = (name: string): string | null => {
    const path = join(folder, data ?? '', name);
    return data !== undefined && existsSync(path) ? path : null;
  };
  // dpkg owns the files from here on: pip's own list of them would only be wrong.
  rmSync(join(folder, distInfo, 'RECORD'), { force: true });
  const topLevel = readFileSync(join(folder, distInfo, 'top_level.txt'), 'utf8').split('\n');
  return {
    folder,
    distInfo,
    modules: names.filter((name) => topLevel.includes(name) && !name.endsWith('_integrationtests')),
    data: part('data'),
    scripts: part('scripts'),
  };
}
