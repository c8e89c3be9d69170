import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './lab-error';
import { labPlaces, networkLockFile } from './places';
import { until } from './processes';
import type { Say } from './progress';

/** A first start takes minutes; whoever waits longer than this waits for something that hangs. */
const patienceSeconds = 1800;

/**
 * Lets one process at a time build in a directory, and raise or drop on a network: two that start together would build
 * into each other, or pull each other's cables.
 */
export async function withLabLock<Result>(options: {
  readonly say: Say;
  readonly work: () => Promise<Result>;
}): Promise<Result> {
  mkdirSync(labPlaces().directory, { recursive: true });
  const { say, work } = options;
  const directoryLock = join(labPlaces().directory, 'lock');
  return holding({ file: networkLockFile, say, work: () => holding({ file: directoryLock, say, work }) });
}

async function holding<Result>(options: {
  readonly file: string;
  readonly say: Say;
  readonly work: () => Promise<Result>;
}): Promise<Result> {
  const { file, say, work } = options;
  if (!take(file)) {
    say(`waiting for process ${holderOf(file)}, which is starting or stopping a lab`);
    const taken = await until({ seconds: patienceSeconds, everyMs: 500, holds: () => take(file) });
    if (!taken) {
      throw new LabError(
        `Process ${holderOf(file)} has used the lab for ${patienceSeconds} s. Wait until it ends, or end it, then try again.`,
      );
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears with its content or not at all, so a lock never names nobody. A dead holder's lock is nobody's. */
function take(file: string): boolean {
  if (existsSync(file) && !existsSync(`/proc/${holderOf(file)}`)) rmSync(file, { force: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '0';
  }
}
