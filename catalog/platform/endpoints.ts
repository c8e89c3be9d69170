import { sh } from '../../shell/sh';
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
  return {
    script: sh`
      rows=$(${sqlCommand} -D ${options.schema} -e ${options.list}) || exit 1
      printf '%s\\n' "$rows"
      printf '%s\\n' "$rows" | sed -n 's,^[^\t]*\thttps*://\\([^]/:[]*\\).*,\\1,p' | sort -u | while read -r name; do
        getent ahosts "$name" | awk -v name="$name" '{ print "address\t" name "\t" $1 }' | sort -u
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
        return place === null || !isInterface(word)
          ? []
          : [
              {
                interface: word,
                ...place,
                addresses: addresses.flatMap((one) => (one.name === place.host ? [one.address] : [])),
              },
            ];
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
