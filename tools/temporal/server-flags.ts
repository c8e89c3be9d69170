import { searchAttributeNames } from '../../schema/search-attributes';

export { searchAttributeNames as searchAttributes } from '../../schema/search-attributes';

/** All on 127.0.0.1. `http` is Temporal's HTTP API, `ui` the web page for people. */
export type ServerPorts = { readonly grpc: number; readonly http: number; readonly ui: number };

export type ServerSettings = {
  /** The SQLite file that holds everything; made when missing. */
  readonly databaseFile: string;
  readonly ports: ServerPorts;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'never';
  /** Whether this CLI knows --ui-disable-news-fetch (1.5.1 does not). */
  readonly knowsNewsFlag: boolean;
};

/** The arguments of `temporal` that start the dev server, its state in a file. */
export const serverFlags = (settings: ServerSettings): readonly string[] => [
  'server',
  'start-dev',
  // Never another address: the dev server asks nobody who they are.
  ...['--ip', '127.0.0.1', '--ui-ip', '127.0.0.1'],
  ...['--port', String(settings.ports.grpc)],
  ...['--http-port', String(settings.ports.http)],
  ...['--ui-port', String(settings.ports.ui)],
  ...['--db-filename', settings.databaseFile],
  // Write-ahead log: twice the activities per second of SQLite's default journal. With synchronous=1 (NORMAL) a kill -9 loses
  // nothing; a power cut may lose the last transactions, which a throw-away server can afford.
  ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'],
  // The UI would otherwise ask a news feed on the internet, an error on a closed network.
  ...(settings.knowsNewsFlag ? ['--ui-disable-news-fetch'] : []),
  ...searchAttributeNames.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ...['--log-level', settings.logLevel],
];
