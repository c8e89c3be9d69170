import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A closed network usually says no at once; one that swallows packets is given up after this long without a single new byte. */
const stalledAfterSeconds = 20;

/**
 * Lets the Temporal SDK download the CLI, in a process of its own: the SDK's native download can be neither bounded nor cancelled.
 *
 * @param workDirectory an empty directory for the download
 * @returns the path of the downloaded executable
 * @throws an Error with the reason in one line
 */
export const downloadWithSdk = async (options: {
  readonly workDirectory: string;
  readonly cliVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stalledAfterMs?: number;
}): Promise<string> => {
  const { workDirectory, cliVersion } = options;
  const result = await runDownload(options);
  if (result !== 'done') throw new Error(result);
  const [file, ...others] = readdirSync(workDirectory);
  if (file === undefined || others.length > 0)
    throw new Error(`the SDK downloaded no file for ${cliVersion} to ${workDirectory}`);
  return join(workDirectory, file);
};

const runDownload = (options: {
  readonly workDirectory: string;
  readonly cliVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stalledAfterMs?: number;
}): Promise<string> =>
  new Promise((resolve, reject) => {
    const stalledAfterMs = options.stalledAfterMs ?? stalledAfterSeconds * 1000;
    const child = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(require.resolve('tsx')).href,
        require.resolve('./sdk-download-child.ts'),
        options.cliVersion,
        options.workDirectory,
      ],
      // Its own process group: giving up must also end the server that the SDK starts once it has it.
      { env: options.env, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    let errors = '';
    let outcome: string | undefined;
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const stopWatching = watchGrowth({
      directory: options.workDirectory,
      stalledAfterMs,
      onStalled: () => {
        outcome = `no answer and no progress for ${stalledAfterMs / 1000} s`;
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      },
    });
    child.once('error', (error) => {
      stopWatching();
      reject(error);
    });
    child.once('close', (code) => {
      stopWatching();
      resolve(outcome ?? (code === 0 ? 'done' : lastSentence(errors)));
    });
  });

/** Calls onStalled when the directory's content has not grown for the given time; returns what stops the watching. */
const watchGrowth = (options: {
  readonly directory: string;
  readonly stalledAfterMs: number;
  readonly onStalled: () => void;
}): (() => void) => {
  let bytes = 0;
  let grewAtMs = performance.now();
  const timer = setInterval(
    () => {
      const now = bytesIn(options.directory);
      if (now > bytes) {
        bytes = now;
        grewAtMs = performance.now();
      } else if (performance.now() - grewAtMs > options.stalledAfterMs) {
        clearInterval(timer);
        options.onStalled();
      }
    },
    Math.min(500, options.stalledAfterMs),
  );
  return () => clearInterval(timer);
};

const bytesIn = (directory: string): number =>
  readdirSync(directory).reduce((sum, name) => {
    // A partial download is renamed when it is complete, perhaps between listing and looking.
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    return sum + (stats?.size ?? 0);
  }, 0);

/** The SDK nests its causes, the innermost last: `...: dns error: failed to lookup address information: ...`. */
const lastSentence = (errors: string): string => {
  const line = errors.trim().split('\n').at(-1) ?? '';
  return line === '' ? 'the download ended without a message' : line.split(': ').slice(-2).join(': ');
};
