import { must } from '../../machine/command';
import { setTimes } from './file-tree';

/** The package of a folder, the same bytes whenever it is built: every file has this time. */
export async function buildDeb(options: {
  readonly folder: string;
  readonly deb: string;
  readonly seconds: number;
}): Promise<void> {
  const { folder, deb, seconds } = options;
  setTimes({ folder, seconds });
  await must({
    argv: ['dpkg-deb', '-b', '--root-owner-group', '-Zzstd', '-z3', folder, deb],
    environment: { SOURCE_DATE_EPOCH: String(seconds) },
  });
}
