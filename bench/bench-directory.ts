import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../tools/temporal/server-cache';
import { BenchError } from './bench-error';

/** Where the benchmark keeps what later runs use again, and where this run works. */
export interface BenchDirectory {
  /** Kept: the other tools, each in an environment of its own. */
  readonly tools: string;
  /** Kept: what was measured, where nobody named another file. */
  readonly results: string;
  /** Removed at the end. On a disk, as the state of a host is: on a tmpfs every sync would be free. */
  readonly run: string;
}

/** A Unix socket's path has 107 bytes, and ssh appends 17 to the name while it makes one. The longest one is ours. */
const LONGEST_RUN_PATH = 107 - 17 - '/s/osu-XXXXXX/1000000.s'.length;

/** Makes this run's directory, and removes those of benchmarks that were killed. Throws BenchError. */
export function makeBenchDirectory(env: NodeJS.ProcessEnv): BenchDirectory {
  const top = join(cacheDirectory(env), 'bench');
  const run = join(top, `run-${process.pid}`);
  if (run.length > LONGEST_RUN_PATH) {
    throw new BenchError(`${run} is too long a path for ssh's control sockets. Set XDG_CACHE_HOME to a shorter one.`);
  }
  mkdirSync(top, { recursive: true });
  for (const name of readdirSync(top).filter(isLeftOver)) rmSync(join(top, name), { recursive: true, force: true });
  mkdirSync(run, { mode: 0o700 });
  return { tools: join(top, 'tools'), results: join(top, 'results'), run };
}

function isLeftOver(name: string): boolean {
  const pid = /^run-(\d+)$/.exec(name)?.[1];
  return pid !== undefined && (!existsSync(`/proc/${pid}`) || Number(pid) === process.pid);
}
