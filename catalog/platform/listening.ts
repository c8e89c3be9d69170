import type { Programs } from '../../programs';
import { hereDocument, sh } from '../../shell/sh';
import { linesOf, wellRead, type Reader } from '../reader';

/** A TCP socket that waits for connections, as the kernel knows it: no configuration file has to be understood. */
export interface ListeningSocket {
  /** `*` and `0.0.0.0` and `[::]`: every address of the host. */
  readonly address: string;
  readonly port: number;
}

/** Column 4 of `ss` (iproute2, on every Debian and Ubuntu): `192.0.2.11:8004`, `[::1]:5000`, `*:8004`, `127.0.0.53%lo:53`. */
export const listeningSockets: Reader<ListeningSocket[]> = {
  script: sh`ss -Hltn`,
  parse: (printed) =>
    linesOf(wellRead({ printed, what: 'The list of listening sockets' })).flatMap((line) => {
      const [, address = '', port = ''] = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line) ?? [];
      return address === '' ? [] : [{ address: address.replace(/%.*?(\]?)$/, '$1'), port: Number(port) }];
    }),
};

/**
 * Those of these ports that speak TLS. HAProxy does not tell where it only passes bytes on (`mode tcp`), and nobody does where people move
 * the requests. Null: not read.
 */
export function tlsPorts(options: { ports: readonly number[]; programs: Programs }): Reader<readonly number[] | null> {
  const { text } = options.programs['tls-ports'];
  return {
    script: sh`python3 -I - ${options.ports.map(String)} ${hereDocument({ content: text })}`,
    parse: ({ stdout, exitCode }) => {
      const json = stdout.split('\n').findLast((line) => line.startsWith('['));
      return exitCode !== 0 || json === undefined ? null : (JSON.parse(json) as number[]);
    },
  };
}
