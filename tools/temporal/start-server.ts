import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, requireFreePorts } from './free-ports';
import { serverFlags, type ServerPorts, type ServerSettings } from './server-flags';
import { spawnServer, type ServerProcess } from './server-process';
import { waitUntilReady } from './server-ready';

const run = promisify(execFile);

/** After SIGTERM the server closes its database; it takes well under a second. */
const stopPatienceSeconds = 10;

/** A dev server of ours. Its address and database stay the same over every restart. */
export type RunningServer = {
  /** `127.0.0.1:17233` */
  readonly address: string;
  readonly uiUrl: string;
  readonly ports: ServerPorts;
  readonly databaseFile: string;
  readonly logFile: string;
  /** Of the process that runs now; another one after restart(). */
  readonly pid: number;
  /** Ends it in order, or by force when it does not end. Nothing happens when it has ended already. */
  readonly stop: () => Promise<void>;
  /** Ends it as a power cut of the process would: at once, in the middle of whatever it does. */
  readonly kill9: () => Promise<void>;
  /** Stops it when it still runs, and starts it on the same file and ports; returns when it answers. */
  readonly restart: () => Promise<void>;
};

export type StartServer = {
  /** From findServerExecutable(). */
  readonly executable: string;
  /** All state; directories above it are made. */
  readonly databaseFile: string;
  /** Chosen when left out. */
  readonly ports?: ServerPorts;
  readonly logLevel?: ServerSettings['logLevel'];
  /** Default `${databaseFile}.log`. */
  readonly logFile?: string;
  /** true leaves the server running when this process ends. Default false. */
  readonly outlivesParent?: boolean;
  /** How long a start may take. Half a second is usual; a machine that compiles beside it may need twenty. */
  readonly patienceSeconds?: number;
};

/**
 * Starts a Temporal dev server on 127.0.0.1 with its state in a file, and returns when namespace, search attributes and web page
 * answer.
 *
 * @throws an Error with the end of the server's log when it does not come up
 */
export const startServer = async (options: StartServer): Promise<RunningServer> => {
  const { ports } = options;
  if (ports !== undefined) return startOn({ ...options, ports });
  for (let start = 1; ; start++) {
    try {
      return await startOn({ ...options, ports: await freePorts() });
    } catch (error) {
      // A port that was free when it was chosen may be somebody else's before the server listens.
      if (start === mostStarts || !String(error).includes('address already in use')) throw error;
    }
  }
};

const mostStarts = 3;

const startOn = async (options: StartServer & { readonly ports: ServerPorts }): Promise<RunningServer> => {
  const {
    executable,
    databaseFile,
    ports,
    logLevel = 'warn',
    logFile = `${databaseFile}.log`,
    patienceSeconds = 60,
  } = options;
  const address = `127.0.0.1:${ports.grpc}`;
  const uiUrl = `http://127.0.0.1:${ports.ui}`;
  mkdirSync(dirname(databaseFile), { recursive: true });
  const args = serverFlags({ databaseFile, ports, logLevel, knowsNewsFlag: await knowsNewsFlag(executable) });

  const launch = async (): Promise<ServerProcess> => {
    await requireFreePorts(ports);
    const server = await spawnServer({ executable, args, logFile, outlivesParent: options.outlivesParent ?? false });
    let gone: string | undefined;
    void server.ended.then((how) => (gone = how));
    try {
      await waitUntilReady({ address, uiUrl, isGone: () => gone, patienceSeconds });
      return server;
    } catch (error) {
      await endProcess({ server, first: 'SIGKILL' });
      throw new Error(
        `The Temporal dev server did not start on ${address}: ${error instanceof Error ? error.message : String(error)}. ` +
          `Last lines of its log, ${logFile}:\n${lastLines(logFile)}`,
      );
    }
  };

  let current = await launch();
  const stop = (): Promise<void> => endProcess({ server: current, first: 'SIGTERM' });
  return {
    address,
    uiUrl,
    ports,
    databaseFile,
    logFile,
    get pid() {
      return current.pid;
    },
    stop,
    kill9: () => endProcess({ server: current, first: 'SIGKILL' }),
    restart: async () => {
      await stop();
      current = await launch();
    },
  };
};

/** Removes a database with the two files that SQLite's write-ahead log keeps beside it. The server must have ended. */
export const removeDatabase = (databaseFile: string): void => {
  for (const suffix of ['', '-wal', '-shm', '.log']) rmSync(`${databaseFile}${suffix}`, { force: true });
};

const endProcess = async (options: { server: ServerProcess; first: 'SIGTERM' | 'SIGKILL' }): Promise<void> => {
  const { server, first } = options;
  server.signal(first);
  const impatience = setTimeout(() => server.signal('SIGKILL'), stopPatienceSeconds * 1000);
  await server.ended;
  clearTimeout(impatience);
};

const knowsNewsFlag = async (executable: string): Promise<boolean> => {
  const { stdout } = await run(executable, ['server', 'start-dev', '--help'], { timeout: 10_000 });
  return stdout.includes('--ui-disable-news-fetch');
};

const lastLines = (logFile: string): string => readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
