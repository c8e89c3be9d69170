import { sh } from '../../shell/sh';
import { rowsOf, wellRead, type Reader } from '../reader';

/** The host's Apache, as far as services of the cloud may be sites of it. Null where the host has none. */
export interface ApacheFacts {
  readonly active: boolean;
  /** Why Apache would refuse to reload now. Null: it would not. */
  readonly refusal: string | null;
  /** What it reads, with what decides who answers where. */
  readonly files: readonly ApacheFile[];
  /** Ports on which it listens now, whatever its files say. */
  readonly ports: readonly number[];
  readonly processes: readonly ApacheProcess[];
}

/** A file that Apache reads: `ports.conf`, or an entry of `sites-enabled` or `conf-enabled`. */
export interface ApacheFile {
  readonly path: string;
  readonly listens: readonly number[];
  readonly virtualHosts: readonly VirtualHost[];
  /** Process groups of mod_wsgi. */
  readonly daemons: readonly WsgiDaemon[];
}

export interface VirtualHost {
  readonly ports: readonly number[];
  /** Programs of mod_wsgi that answer in it. */
  readonly scripts: readonly string[];
}

export interface WsgiDaemon {
  readonly group: string;
  /** Null: that of Apache's own processes. */
  readonly user: string | null;
  /** What `ps` shows. Null: as every other process of Apache. */
  readonly title: string | null;
}

export interface ApacheProcess {
  readonly user: string;
  readonly title: string;
}

/**
 * The files as Apache includes them, lines that a backslash continues as one line. `ss` and `ps` tell what really runs:
 * a file that was changed and not reloaded is not what answers.
 */
export const apache: Reader<ApacheFacts | null> = {
  script: sh`
    command -v apache2ctl >/dev/null || exit 0
    printf 'state\\t%s\\n' "$(systemctl is-active apache2)"
    said=$(apache2ctl configtest 2>&1) || printf '%s\\n' "$said" | sed 's/^/refusal\\t/'
    for file in /etc/apache2/apache2.conf /etc/apache2/ports.conf /etc/apache2/conf-enabled/*.conf /etc/apache2/sites-enabled/*.conf; do
      test -f "$file" || continue
      printf 'file\\t%s\\n' "$file"
      awk '
        { line = line $0; if (sub(/\\\\$/, " ", line)) next; sub(/^[ \\t]+/, "", line); gsub(/[ \\t]+/, " ", line)
          if (tolower(line) ~ /^(listen|<\\/?virtualhost|wsgidaemonprocess|wsgiscriptalias)/) print "line\\t" line
          line = "" }' "$file"
    done
    ss -Hltnp | awk '/"apache2"/ { print "socket\\t" $4 }'
    ps -C apache2 -o user:32=,args= | sed 's/^\\([^ ]*\\) */process\\t\\1\\t/' | sort | uniq
    exit 0
  `,
  parse: (printed) => {
    const rows = rowsOf(wellRead({ printed, what: "Apache's configuration" }));
    const valuesOf = (word: string): string[] => rows.flatMap(([kind, value = '']) => (kind === word ? [value] : []));
    const [state] = valuesOf('state');
    if (state === undefined) return null;
    return {
      active: state === 'active',
      refusal: refusalOf(valuesOf('refusal')),
      files: filesOf(rows),
      ports: [...new Set(valuesOf('socket').flatMap(portOf))].sort((one, other) => one - other),
      processes: rows.flatMap(([kind, user = '', title = '']) => (kind === 'process' ? [{ user, title }] : [])),
    };
  },
};

/** `AH00558` is a remark that many hosts print always. */
function refusalOf(said: readonly string[]): string | null {
  const reasons = said.filter((line) => !line.startsWith('AH00558') && !/^(Action|The Apache error log)/.test(line));
  return said.length === 0 ? null : reasons.join(' ').slice(0, 400);
}

function filesOf(rows: readonly (readonly string[])[]): ApacheFile[] {
  const starts = rows.flatMap(([kind], index) => (kind === 'file' ? [index] : []));
  return starts.map((start, place) => {
    const lines = rows
      .slice(start + 1, starts[place + 1])
      .flatMap(([kind, line = '']) => (kind === 'line' ? [line] : []));
    return { path: rows[start]?.[1] ?? '', ...directivesOf(lines) };
  });
}

function directivesOf(lines: readonly string[]): Omit<ApacheFile, 'path'> {
  const read = lines.map(wordsOf);
  const named = (name: string): string[][] => read.filter(([word = '']) => word.toLowerCase() === name);
  return {
    listens: named('listen').flatMap(([, place = '']) => portOf(place)),
    virtualHosts: virtualHostsOf(read),
    daemons: named('wsgidaemonprocess').map(([, group = '', ...options]) => daemonOf({ group, options })),
  };
}

/** Words of a directive; quotes of both kinds hold words together, also behind a `=` (`display-name='%{GROUP}'`). */
function wordsOf(line: string): string[] {
  return [...line.replace(/>\s*$/, '').matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

function virtualHostsOf(read: readonly (readonly string[])[]): VirtualHost[] {
  return read.reduce<readonly VirtualHost[]>((hosts, [word = '', ...rest]) => {
    const last = hosts.at(-1);
    switch (word.toLowerCase()) {
      case '<virtualhost':
        return [...hosts, { ports: rest.flatMap(portOf), scripts: [] }];
      case 'wsgiscriptalias': {
        const script = rest[1];
        if (last === undefined || script === undefined) return hosts;
        return [...hosts.slice(0, -1), { ...last, scripts: [...last.scripts, script] }];
      }
      default:
        return hosts;
    }
  }, []) as VirtualHost[];
}

function daemonOf(options: { readonly group: string; readonly options: readonly string[] }): WsgiDaemon {
  const option = (name: string): string | null =>
    options.options.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const title = option('display-name');
  return {
    group: options.group,
    user: option('user'),
    title: title === '%{GROUP}' ? `(wsgi:${options.group})` : title,
  };
}

/** `5000`, `192.0.2.11:5000`, `[::]:5000`, `*:5000`; nothing where no number stands. */
function portOf(place: string): number[] {
  const port = /(?:^|:)(\d+)$/.exec(place)?.[1];
  return port === undefined ? [] : [Number(port)];
}
