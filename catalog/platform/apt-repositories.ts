import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

/** Of what is not flat, `URI SUITE`; of a flat repository `URI ./`: as apt spells them. */
export type Repository = string;

/** What apt has lists of, by its own words, whatever file and form an entry has. Null: not read. */
export const repositoriesInUse: Reader<readonly Repository[] | null> = {
  script: sh`apt-cache policy`,
  parse: ({ stdout, exitCode }) => {
    if (exitCode !== 0) return null;
    const found = linesOf(stdout).flatMap((line) => {
      const [, uri = '', suite = ''] = used.exec(line) ?? [];
      return uri === '' ? [] : [repository({ uri, suite })];
    });
    return [...new Set(found)].sort();
  },
};

/** ` 500 http://deb.debian.org/debian bookworm/main amd64 Packages`; of a flat one ` 500 file:/srv/repo ./ Packages`. */
const used = /^\s*-?\d+ (\S+:\S+) (\S+) (?:\S+ )?Packages$/;

/** Every URI with every suite of a deb822 text. */
export function repositoriesOf(deb822: string): Repository[] {
  return deb822.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const words = (field: string): string[] =>
      (new RegExp(`^${field}:((?:.|\\n[ \\t])*)`, 'im').exec(stanza)?.[1] ?? '').split(/\s+/).filter(Boolean);
    return words('URIs').flatMap((uri) => words('Suites').map((suite) => `${bare(uri)} ${flat(suite) ? './' : suite}`));
  });
}

/** Of what is not flat apt names suite and component: `jammy-updates/bobcat/main`. */
export function repository({ uri, suite }: { uri: string; suite: string }): Repository {
  return `${bare(uri)} ${flat(suite) ? './' : suite.replace(/\/[^/]*$/, '')}`;
}

const flat = (suite: string): boolean => suite === './' || suite === '/';
const bare = (uri: string): string => uri.replace(/\/+$/, '');
