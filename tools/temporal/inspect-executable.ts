import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Executable } from './choose-server';

const run = promisify(execFile);

/** Oldest server this project was run against (CLI 1.5.1). */
const oldestServer = { major: 1, minor: 29 };

/** Looks whether a file is a Temporal CLI with a server of a known age in it. Never throws: what is wrong becomes the reason. */
export const inspectExecutable = async (path: string | undefined): Promise<Executable> => {
  if (path === undefined) return { state: 'absent' };
  if (!existsSync(path)) return { state: 'unusable', path, why: 'there is no such file' };
  try {
    accessSync(path, constants.X_OK);
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    return judgeVersion({ path, versionText: stdout });
  } catch (error) {
    return { state: 'unusable', path, why: `it does not run: ${firstLine(String(error))}` };
  }
};

/**
 * A source build calls itself `0.0.0-DEV`, so the bracket decides and not the version:
 * `temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)`.
 */
export const judgeVersion = ({ path, versionText }: { path: string; versionText: string }): Executable => {
  const match = /\(Server (\d+)\.(\d+)\.\S*, UI /.exec(versionText);
  if (match === null) {
    return { state: 'unusable', path, why: `its --version prints no server version: "${firstLine(versionText)}"` };
  }
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const newEnough = major > oldestServer.major || (major === oldestServer.major && minor >= oldestServer.minor);
  if (newEnough) return { state: 'usable', path };
  return {
    state: 'unusable',
    path,
    why: `its server is ${major}.${minor}, older than ${oldestServer.major}.${oldestServer.minor}`,
  };
};

/** The first executable of that name on the PATH, or undefined. */
export const onPath = ({ name, env }: { name: string; env: NodeJS.ProcessEnv }): string | undefined =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
