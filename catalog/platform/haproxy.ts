import { sh } from '../../shell/sh';
import { linesOf, type Reader } from '../reader';

export interface LoadBalancerFacts {
  /** The admin socket answers with `level admin`. */
  readonly admin: boolean;
  readonly servers: readonly BalancedServer[];
  readonly listeners: readonly Listener[];
  /** Back ends that keep connections to their servers open between requests: HAProxy's default (fact 15). */
  readonly keepAlive: readonly string[];
}

export interface BalancedServer {
  readonly backend: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** `ready`, or what an administrator made of it. */
  readonly administration: 'ready' | 'maint' | 'drain';
  readonly up: boolean;
}

export interface Listener {
  readonly frontend: string;
  readonly address: string;
  readonly port: number;
  readonly backend: string;
  readonly tls: boolean;
}

export function loadBalancer(options: { socket: string }): Reader<LoadBalancerFacts> {
  return {
    script: sh`
      echo 'show servers state' | socat stdio ${options.socket} | sed 's/^/state /'
      echo 'show env' | socat stdio ${options.socket} | grep -q 'Permission denied' || echo admin
      sed -e 's/#.*//' -e 's/^/cfg /' /etc/haproxy/haproxy.cfg
    `,
    parse: ({ stdout }) => {
      const all = linesOf(stdout);
      const state = all.filter((line) => line.startsWith('state ')).map((line) => line.slice('state '.length));
      const config = all.filter((line) => line.startsWith('cfg ')).map((line) => line.slice('cfg '.length));
      return {
        admin: state.length > 0 && all.includes('admin'),
        servers: serversOf(state),
        listeners: listenersOf(config),
        keepAlive: keepAliveBackends(config),
      };
    },
  };
}

/**
 * Columns of `show servers state`, version 1 (HAProxy management guide, 9.3): be_id be_name srv_id srv_name srv_addr
 * srv_op_state srv_admin_state ... srv_port is the 19th.
 */
function serversOf(state: readonly string[]): BalancedServer[] {
  return state
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(' '))
    .filter((columns) => columns.length > 18)
    .map((columns) => ({
      backend: columns[1] ?? '',
      server: columns[3] ?? '',
      address: columns[4] ?? '',
      port: Number(columns[18]),
      administration: administrationOf(Number(columns[6])),
      up: columns[5] === '2',
    }));
}

/** Bits of srv_admin_state: 1 and 2 are maintenance (forced, inherited), 8 and 16 drain. */
function administrationOf(bits: number): BalancedServer['administration'] {
  if ((bits & 0x03) !== 0) return 'maint';
  return (bits & 0x18) !== 0 ? 'drain' : 'ready';
}

interface Section {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

function listenersOf(config: readonly string[]): Listener[] {
  return sectionsOf(config)
    .filter(({ kind }) => kind === 'frontend' || kind === 'listen')
    .flatMap((section) =>
      section.lines.flatMap((line) => {
        const bind = /^bind\s+(\S*):(\d+)(.*)$/.exec(line);
        if (bind === null) return [];
        const backend = section.lines.map((one) => /^default_backend\s+(\S+)/.exec(one)?.[1]).find(Boolean);
        return [
          {
            frontend: section.name,
            address: bind[1] === '' || bind[1] === '*' ? '0.0.0.0' : (bind[1] ?? ''),
            port: Number(bind[2]),
            backend: backend ?? section.name,
            tls: /\bssl\b/.test(bind[3] ?? ''),
          },
        ];
      }),
    );
}

/**
 * Back ends in mode http for which neither they, their front ends nor the defaults above them say to close. HAProxy
 * closes when either side of a proxied connection has the option (configuration manual, 4.2).
 */
function keepAliveBackends(config: readonly string[]): string[] {
  const sections = withDefaults(sectionsOf(config));
  const closing = (one: Section): boolean => one.lines.some((line) => closes.test(line));
  const leadsTo = (front: Section, name: string): boolean =>
    front.name === name ||
    front.lines.some((line) => /^(?:default_backend|use_backend)\s+(\S+)/.exec(line)?.[1] === name);
  const fronts = sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen');
  return sections
    .filter(({ kind }) => kind === 'backend' || kind === 'listen')
    .filter((backend) => backend.lines.findLast((line) => /^mode\s/.test(line))?.split(/\s+/)[1] === 'http')
    .filter((backend) => {
      const before = fronts.filter((front) => leadsTo(front, backend.name));
      return !closing(backend) && !(before.length > 0 && before.every(closing));
    })
    .map(({ name }) => name);
}

const closes = /^option\s+(http-server-close|httpclose|forceclose)\b/;

/** Every section with the lines of the `defaults` that stand above it, in front of its own. */
function withDefaults(sections: readonly Section[]): Section[] {
  return sections.map((section, index) => {
    const defaults = sections.slice(0, index).findLast(({ kind }) => kind === 'defaults');
    return { ...section, lines: [...(defaults?.lines ?? []), ...section.lines] };
  });
}

function sectionsOf(config: readonly string[]): Section[] {
  return config.reduce<Section[]>((sections, raw) => {
    const head = /^(global|defaults|frontend|backend|listen|userlist|peers|resolvers)\b\s*(\S*)/.exec(raw);
    if (head !== null) return [...sections, { kind: head[1] ?? '', name: head[2] ?? '', lines: [] }];
    const last = sections.at(-1);
    if (last === undefined) return sections;
    return [...sections.slice(0, -1), { ...last, lines: [...last.lines, raw.trim()] }];
  }, []);
}
