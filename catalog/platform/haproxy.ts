import { sh } from '../../shell/sh';
import { linesOf, numberOf, type Reader } from '../reader';
import { bindsOf, type Listener } from './haproxy-binds';
import { hasOption, lastOf, sectionsOf, type Section } from './haproxy-config';
import { stickyBackends } from './haproxy-sticky';

export type { Listener } from './haproxy-binds';

export interface LoadBalancerFacts {
  /** The admin socket answers with `level admin`. */
  readonly admin: boolean;
  readonly servers: readonly BalancedServer[];
  readonly listeners: readonly Listener[];
  /** `bind` lines that could not be taken apart: what listens there is neither watched nor proved. */
  readonly notUnderstood: readonly string[];
  /** Back ends that keep connections to their servers open between requests: HAProxy's default (fact 15). */
  readonly keepAlive: readonly string[];
  /** Back ends that send a client they know to its server although it is drained. Not there: none. */
  readonly sticky?: readonly string[];
  /** How many processes serve, each with states of its own (`nbproc`, before 2.5). Not there: one. */
  readonly processes?: number;
  /** The socket is that of the master process, which starts others and has no servers (`-S`). */
  readonly master?: true;
  /** The files that it was started with could not be read: what listens where is not known. */
  readonly configurationUnread?: true;
}

export interface BalancedServer {
  readonly backend: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** `ready`, or what an administrator made of it. */
  readonly administration: 'ready' | 'maint' | 'drain';
  readonly up: boolean;
  /** 0: it gets no new request, however ready and up it is. Not there: nobody tells, as behind another load balancer. */
  readonly weight?: number;
  /** It serves only while no server that is not a backup does. */
  readonly backup?: boolean;
  /** HAProxy speaks TLS to it. Not there: a release before 2.4, which does not tell. */
  readonly tls?: boolean;
}

/** Whether new requests go to a server by what people have set; up is another question. */
export function inRotation({ administration, weight }: BalancedServer): boolean {
  return administration === 'ready' && weight !== 0;
}

/** Asks the process that owns the socket, also for the files it was started with: they may lie anywhere, or be several. */
export function loadBalancer(options: { socket: string }): Reader<LoadBalancerFacts> {
  return {
    script: sh`
      ask() { echo "$1" | socat -t 10 stdio ${options.socket}; }
      ask 'show cli level' | sed 's/^/level /'
      ask 'show servers state' | sed 's/^/state /'
      ask 'show stat -1 4 -1' | sed 's/^/stat /'
      info=$(ask 'show info')
      printf '%s\\n' "$info" | sed -n 's/^Nbproc: /processes /p'
      pid=$(printf '%s\\n' "$info" | sed -n 's/^Pid: //p')
      files=/etc/haproxy/haproxy.cfg
      if test -n "$pid"; then
        files=$(tr '\\0' '\\n' < "/proc/$pid/cmdline" | awk '
          last == "-C" { folder = $0 "/" } last == "-f" || rest { print ($0 ~ /^\\// ? "" : folder) $0 }
          $0 == "--" { rest = 1 } { last = $0 }')
      fi
      for file in $files; do
        case $file in /*) ;; *) file=/proc/$pid/cwd/$file ;; esac
        if test -d "$file"; then set -- "$file"/*.cfg; else set -- "$file"; fi
        sed 's/^/cfg /' "$@"
      done
    `,
    parse: ({ stdout }) => {
      const all = linesOf(stdout);
      const said = (word: string): string[] =>
        all.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
      const sections = sectionsOf(said('cfg'));
      const admin = said('level').some((line) => line.trim() === 'admin');
      const binds = bindsOf(sections);
      const servers = serversOf({ state: said('state'), backups: backupsOf(said('stat')) });
      const sticky = stickyBackends(sections);
      const processes = numberOf(said('processes')[0]) ?? 1;
      return {
        admin,
        servers: servers.map((server) => withPort({ server, listeners: binds.listeners })),
        ...binds,
        keepAlive: keepAliveBackends(sections),
        ...(sticky.length === 0 ? {} : { sticky }),
        ...(processes > 1 ? { processes } : {}),
        ...(admin && !said('state').some((line) => line.startsWith('# ')) ? { master: true as const } : {}),
        ...(sections.length === 0 ? { configurationUnread: true as const } : {}),
      };
    },
  };
}

/** A server without a port gets requests at the port where they came in (configuration manual, `server`). */
function withPort(options: { server: BalancedServer; listeners: readonly Listener[] }): BalancedServer {
  const { server, listeners } = options;
  if (server.port !== 0) return server;
  const [port, ...more] = new Set(
    listeners.filter(({ backend }) => backend === server.backend).map((listener) => listener.port),
  );
  return port === undefined || more.length > 0 ? server : { ...server, port };
}

/**
 * `show servers state` (management guide, 9.3): the line that begins with `#` names the columns, which newer releases
 * have more of.
 */
function serversOf(options: { state: readonly string[]; backups: readonly string[] }): BalancedServer[] {
  const { state, backups } = options;
  const names =
    state
      .find((line) => line.startsWith('# '))
      ?.split(' ')
      .slice(1) ?? [];
  return state
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(' '))
    .flatMap((values) => {
      const column = (name: string): string => values[names.indexOf(name)] ?? '';
      const port = numberOf(column('srv_port'));
      const weight = numberOf(column('srv_uweight'));
      const tls = numberOf(column('srv_use_ssl'));
      const backend = column('be_name');
      const server = column('srv_name');
      if (port === null) return [];
      return [
        {
          backend,
          server,
          address: column('srv_addr'),
          port,
          administration: administrationOf(numberOf(column('srv_admin_state')) ?? 0),
          // 1: it was down and gets its share back little by little. 3: it finishes what it has and takes nothing new.
          up: ['1', '2'].includes(column('srv_op_state')),
          ...(weight === null ? {} : { weight }),
          backup: backups.includes(`${backend}/${server}`),
          ...(tls === null ? {} : { tls: tls === 1 }),
        },
      ];
    });
}

/** Bits of srv_admin_state: 1, 2 and 32 are maintenance (forced, inherited, a name that does not resolve), 8 and 16 drain. */
function administrationOf(bits: number): BalancedServer['administration'] {
  if ((bits & 0x23) !== 0) return 'maint';
  return (bits & 0x18) !== 0 ? 'drain' : 'ready';
}

/** Column `bck` of `show stat` (management guide, 9.1): `show servers state` does not tell. */
function backupsOf(stat: readonly string[]): string[] {
  const names =
    stat
      .find((line) => line.startsWith('# '))
      ?.slice(2)
      .split(',') ?? [];
  return stat
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split(','))
    .filter((values) => values[names.indexOf('bck')] === '1')
    .map((values) => `${values[0] ?? ''}/${values[1] ?? ''}`);
}

/**
 * Back ends in mode http for which neither they, their front ends nor the defaults above them say to close. HAProxy
 * closes when either side of a proxied connection has the option (configuration manual, 4.2).
 */
function keepAliveBackends(sections: readonly Section[]): string[] {
  const fronts = sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen');
  const leadsTo = (front: Section, name: string): boolean =>
    front.name === name ||
    front.lines.some(([word, backend]) => /^(default_backend|use_backend)$/.test(word ?? '') && backend === name);
  return sections
    .filter(({ kind }) => kind === 'backend' || kind === 'listen')
    .filter((section) => lastOf({ section, keyword: 'mode' })?.[0] === 'http')
    .filter((section) => {
      const before = fronts.filter((front) => leadsTo(front, section.name));
      return !closes(section) && !(before.length > 0 && before.every(closes));
    })
    .map(({ name }) => name);
}

function closes(section: Section): boolean {
  return hasOption({ section, names: ['http-server-close', 'httpclose', 'forceclose'] });
}
