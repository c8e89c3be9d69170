import { sh } from '../../shell/sh';
import { linesOf, wellRead, type Reader } from '../reader';
import { surveyDirectory } from './apt';

/** Files of the packages that will be replaced, where they are not what their package brought. */
export interface PackageFiles {
  /** Patched in place: the new package overwrites them. */
  readonly altered: readonly string[];
  readonly missing: readonly string[];
  /** Configuration that is a program (`/etc/init.d`): confold keeps the old one, and it starts the new code. */
  readonly keptScripts: readonly string[];
  /** `dpkg-divert --local`: the package's own file goes elsewhere, and what lies here stays. */
  readonly diverted: readonly string[];
  /** Modules that pip has put where Python looks before it looks at the packages' own. */
  readonly shadowing: readonly string[];
}

/** Runs after the simulation, which says what will be replaced. */
export const packageFiles: Reader<PackageFiles> = {
  script: sh`
    test -e ${surveyDirectory}/simulated || exit 0
    set -- $(awk '$1 == "Inst" && $3 ~ /^\\[/ { print $2 }' ${surveyDirectory}/simulated)
    test $# -gt 0 || exit 0
    dpkg --verify "$@"
    dpkg -L "$@" | awk '/^locally diverted to: / { print "diverted    " last } { last = $0 }'
    dpkg -L "$@" | sed -n 's|^/usr/lib/python3/dist-packages/\\([^/]*\\)$|\\1|p' | grep -vE '^__pycache__$|[.](egg|dist)-info$' | sort -u | while read -r module; do
      for folder in /usr/local/lib/python3*/dist-packages; do
        test ! -e "$folder/$module" || echo "shadowing    $folder/$module"
      done
    done
  `,
  parse: (printed) => {
    const rows = linesOf(wellRead({ printed, what: 'Whether files of the packages were changed' })).flatMap((line) => {
      const [, state = '', configuration = '', path = ''] = verified.exec(line) ?? [];
      return path === '' ? [] : [{ state, configuration: configuration === 'c', path }];
    });
    const own = rows.filter(({ configuration }) => !configuration);
    const paths = (some: readonly { readonly path: string }[]): string[] =>
      [...new Set(some.map(({ path }) => path))].sort();
    const diverted = paths(own.filter(({ state }) => state === 'diverted'));
    const missing = own.filter(({ state, path }) => state === 'missing' && !leftOut.test(path));
    return {
      altered: paths(own.filter(({ state }) => state.startsWith('?'))),
      missing: paths(missing).filter((path) => !diverted.some((one) => path.startsWith(one))),
      keptScripts: paths(
        rows.filter(
          ({ configuration, state, path }) => configuration && state.startsWith('?') && path.startsWith('/etc/init.d/'),
        ),
      ),
      diverted,
      shadowing: paths(own.filter(({ state }) => state === 'shadowing')),
    };
  },
};

/** `??5?????? c /etc/x`, `missing     /usr/x`: nine characters of state, what kind of file, its path. */
const verified = /^(\?\?\S{7}|missing|diverted|shadowing)\s+(?:([a-z]) )?(\/.*)$/;

/** `path-exclude` of dpkg.cfg leaves these out on purpose, as images of Ubuntu and containers do. */
const leftOut = /^\/usr\/share\/(doc|man|info|locale|lintian|groff|help)\//;
