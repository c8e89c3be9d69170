import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs the work while holding a lock file, so that two processes on one machine do not both build for eight minutes. A lock whose
 * owner is dead is taken over. Should two ever hold it at once, the cost is time only: the result is put in place by one rename.
 *
 * @param onWait called once when another process holds the lock, with that process's id
 */
export const withObtainLock = async <T>(options: {
  readonly lockFile: string;
  readonly onWait: (ownerPid: number) => void;
  readonly work: () => Promise<T>;
}): Promise<T> => {
  mkdirSync(dirname(options.lockFile), { recursive: true });
  let announced = false;
  for (;;) {
    const owner = takeLock(options.lockFile);
    if (owner === process.pid) break;
    if (owner !== undefined && !announced) {
      options.onWait(owner);
      announced = true;
    }
    await sleep(owner === undefined ? 0 : 500);
  }
  try {
    return await options.work();
  } finally {
    rmSync(options.lockFile, { force: true });
  }
};

/** Our own id when we have the lock now, the owner's when it lives, undefined when a stale lock was cleared: try again. */
const takeLock = (lockFile: string): number | undefined => {
  const claim = `${lockFile}.${process.pid}`;
  writeFileSync(claim, String(process.pid));
  try {
    // A link appears with its content, so nobody ever reads a lock without an owner.
    linkSync(claim, lockFile);
    return process.pid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = readOwner(lockFile);
    if (owner !== undefined && isAlive(owner)) return owner;
    rmSync(lockFile, { force: true });
    return undefined;
  } finally {
    rmSync(claim, { force: true });
  }
};

const readOwner = (lockFile: string): number | undefined => {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
