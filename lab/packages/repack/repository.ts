import { statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { must } from '../../machine/command';
import { signInline } from '../signing-key';
import { digestOf } from './file-tree';

/** Turns a folder of .deb files into a flat, signed repository (`deb http://.../antelope ./`). */
export async function indexRepository(options: {
  readonly folder: string;
  readonly series: string;
  readonly at: Date;
}): Promise<void> {
  const { folder, series, at } = options;
  const packages = await must({
    argv: ['sh', '-c', 'cd "$1" && dpkg-scanpackages --multiversion . /dev/null', 'sh', folder],
  });
  writeFileSync(join(folder, 'Packages'), packages);
  writeFileSync(join(folder, 'Packages.gz'), gzipSync(packages, { level: 9 }));
  writeFileSync(join(folder, 'Release'), releaseText({ folder, series, at }));
  await signInline({ file: join(folder, 'Release'), signed: join(folder, 'InRelease') });
}

function releaseText(options: { readonly folder: string; readonly series: string; readonly at: Date }): string {
  const sums = ['Packages', 'Packages.gz'].map((name) => {
    const file = join(options.folder, name);
    return ` ${digestOf({ algorithm: 'sha256', file })} ${statSync(file).size} ${name}`;
  });
  return [
    'Origin: OpenStack lab',
    `Label: OpenStack ${options.series}`,
    `Suite: ${options.series}`,
    `Codename: ${options.series}`,
    `Date: ${options.at.toUTCString()}`,
    'Architectures: all amd64 arm64',
    `Description: Debian 12 packages with the code of OpenStack ${options.series}`,
    'SHA256:',
    ...sums,
    '',
  ].join('\n');
}
