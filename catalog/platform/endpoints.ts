import { sh, type ShellText } from '../../shell/sh';
import { rowsOf, type Reader } from '../reader';
import { sqlCommand } from './sql';

/** Where the service catalogue says that an API is called. */
export interface Endpoint {
  readonly interface: 'public' | 'internal' | 'admin';
  /** Name or address, as the URL has it. */
  readonly host: string;
  readonly port: number;
  /** What the name resolves to on the database host. Empty: it does not resolve there. */
  readonly addresses: readonly string[];
}

/** Every endpoint of the cloud, with the addresses of its name. Null: not read. */
export function endpoints(options: { schema: string; list: string }): Reader<Endpoint[] | null> {
  return placesRead(sh`${sqlCommand} -D ${options.schema} -e ${options.list}`);
}

/**
 * Where the services of this host and its administrator call Keystone, whatever the catalogue says: whoever keeps users out of that place
 * keeps them out, too. Not `www_authenticate_uri`, which is only told to users. Null: not read.
 */
export function keystoneUrls(options: {
  directories: readonly string[];
  /** The administrator's openrc; on most hosts it is not there. */
  credentials: string;
}): Reader<Endpoint[] | null> {
  const { directories, credentials } = options;
  return placesRead(sh`
    { for directory in ${directories}; do
        find "$directory" -name '*.conf' -exec sed -n 's/^[[:space:]]*auth_ur[il][[:space:]]*=[[:space:]]*//p' {} + 2>/dev/null
      done
      sed -n "s/^\\(export \\)*OS_AUTH_URL=[\\"']*\\([^\\"' ]*\\).*/\\2/p" ${credentials} 2>/dev/null
    } | sort -u | sed 's/^/internal\\t/'
  `);
}

/** `rows` prints lines `interface, url`. */
function placesRead(rows: ShellText): Reader<Endpoint[] | null> {
  return {
    script: sh`
      rows=$(${rows}) || exit 1
      printf '%s\\n' "$rows"
      printf '%s\\n' "$rows" | sed -n 's,^[^\\t]*\\thttps*://\\([^]/:[]*\\).*,\\1,p' | sort -u | while read -r name; do
        getent ahosts "$name" | awk -v name="$name" '{ print "address\\t" name "\\t" $1 }' | sort -u
      done
    `,
    parse: ({ stdout, exitCode }) => {
      if (exitCode !== 0) return null;
      const rows = rowsOf(stdout);
      const addresses = rows.flatMap(([word, name = '', address = '']) =>
        word === 'address' ? [{ name, address }] : [],
      );
      return rows.flatMap(([word = '', url = '']) => {
        const place = placeOf(url);
        if (place === null || !isInterface(word)) return [];
        const own = addresses.flatMap((one) => (one.name === place.host ? [one.address] : []));
        return [{ interface: word, ...place, addresses: own }];
      });
    },
  };
}

function isInterface(word: string): word is Endpoint['interface'] {
  return word === 'public' || word === 'internal' || word === 'admin';
}

/** An IPv6 address loses its brackets. */
function placeOf(url: string): Pick<Endpoint, 'host' | 'port'> | null {
  const [, scheme = '', bracketed, plain, port] = /^(https?):\/\/(?:\[([^\]]+)\]|([^/:[]+))(?::(\d+))?/.exec(url) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return null;
  return { host, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
}
