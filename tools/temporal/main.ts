/**
 * For people: `npx tsx tools/temporal/main.ts path` prints the Temporal CLI this project uses (and obtains it when there is none);
 * `... start [DATABASE_FILE]` runs a dev server until Ctrl-C.
 */
import { join } from 'node:path';
import { findServerExecutable } from './find-server';
import { cacheDirectory } from './server-cache';
import { startServer } from './start-server';

const usage = `Usage: npm run temporal -- path | start [DATABASE_FILE]

  path   print the Temporal CLI of this project; obtains one first, where there is none
  start  run a dev server until Ctrl-C, its state in the file`;

const main = async (args: readonly string[]): Promise<number> => {
  const [verb, databaseFile = join(cacheDirectory(process.env), 'dev-server', 'dev.db')] = args;
  switch (verb) {
    case 'path':
      console.log(await findServerExecutable());
      return 0;
    case 'start':
      return start(databaseFile);
    case '--help':
      console.log(usage);
      return 0;
    default:
      console.error(usage);
      return 2;
  }
};

const start = async (databaseFile: string): Promise<number> => {
  const stopAsked = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const server = await startServer({
    executable: await findServerExecutable(),
    databaseFile,
    ports: { grpc: 7233, http: 7243, ui: 8233 },
  });
  console.log(`Temporal  ${server.address}  (TEMPORAL_ADDRESS for workers and clients)`);
  console.log(`Web UI    ${server.uiUrl}`);
  console.log(`State     ${server.databaseFile}`);
  console.log('Ctrl-C stops it; its state is kept.');
  await stopAsked;
  await server.stop();
  return 0;
};

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
