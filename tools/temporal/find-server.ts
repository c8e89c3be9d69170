import { existsSync } from 'node:fs';
import { chooseServer, type Choice } from './choose-server';
import { inspectExecutable, onPath } from './inspect-executable';
import { obtainServer } from './obtain-server';
import { cachedServerPath, serverBuild } from './server-cache';

/** A server that runs somewhere already, or a Temporal CLI that can start one. */
export type FoundServer = Extract<Choice, { kind: 'address' | 'executable' }>;

type Find = {
  readonly env?: NodeJS.ProcessEnv;
  readonly say?: (line: string) => void;
};

/**
 * Finds a Temporal server for the demo, in this order: TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH, `temporal` on the PATH, the cache, the
 * SDK's download, a build with Go (4 to 8 minutes, once).
 *
 * @param say takes one line per slow thing that is begun; standard error by default
 * @throws an Error that says what was tried and what to do
 */
export const findServer = async ({ env = process.env, say = sayOnStandardError }: Find = {}): Promise<FoundServer> =>
  find({ env, say, address: env['TEMPORAL_ADDRESS'] });

/** The same without TEMPORAL_ADDRESS: a Temporal CLI of our own to start. This is what tests use, whatever the environment says. */
export const findServerExecutable = async ({
  env = process.env,
  say = sayOnStandardError,
}: Find = {}): Promise<string> => executableOf(await find({ env, say, address: undefined }));

/**
 * Only looks; downloads and builds nothing, so it may be called from a test's set-up with its short patience.
 *
 * @throws an Error that names the command which obtains one
 */
export const requireServerExecutable = async (env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const choice = await look({ env, address: undefined });
  switch (choice.kind) {
    case 'refuse':
      throw new Error(choice.message);
    case 'obtain':
      throw new Error(
        'There is no Temporal dev server on this machine yet. To obtain it, run once: npx tsx tools/temporal/main.ts path',
      );
    case 'address':
    case 'executable':
      return executableOf(choice);
    default:
      return choice satisfies never;
  }
};

const find = async (options: Required<Find> & { readonly address: string | undefined }): Promise<FoundServer> => {
  const choice = await look(options);
  switch (choice.kind) {
    case 'address':
    case 'executable':
      return choice;
    case 'refuse':
      throw new Error(choice.message);
    case 'obtain': {
      const build = serverBuild();
      const destination = cachedServerPath({ env: options.env, build });
      await obtainServer({ destination, build, env: options.env, say: options.say, tried: choice.tried });
      return { kind: 'executable', path: destination, origin: 'cache' };
    }
    default:
      return choice satisfies never;
  }
};

const look = async (options: { env: NodeJS.ProcessEnv; address: string | undefined }): Promise<Choice> => {
  const { env, address } = options;
  const cached = cachedServerPath({ env, build: serverBuild() });
  return chooseServer({
    address,
    named: await inspectExecutable(env['TEMPORAL_CLI_PATH'] === '' ? undefined : env['TEMPORAL_CLI_PATH']),
    onPath: await inspectExecutable(onPath({ name: 'temporal', env })),
    cached: await inspectExecutable(existsSync(cached) ? cached : undefined),
  });
};

const executableOf = (found: FoundServer): string => {
  if (found.kind === 'executable') return found.path;
  throw new Error(`Expected a Temporal CLI to start, found the running server ${found.address}.`);
};

const sayOnStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
