import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withObtainLock } from '../../tools/temporal/obtain-lock';

describe('the lock around obtaining a server', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'osu-lock-'))));
  afterEach(() => rmSync(directory, { recursive: true }));
  const lockFile = (): string => join(directory, 'cache', 'lock');

  it('names its owner while it is held and is gone afterwards, even when the work fails', async () => {
    const work = (): Promise<string> => Promise.resolve(readFileSync(lockFile(), 'utf8'));
    expect(await withObtainLock({ lockFile: lockFile(), onWait: fail, work })).toBe(String(process.pid));
    const failing = (): Promise<never> => Promise.reject(new Error('disk full'));
    await expect(withObtainLock({ lockFile: lockFile(), onWait: fail, work: failing })).rejects.toThrow('disk full');
    expect(readdirSync(join(directory, 'cache'))).toEqual([]);
  });

  it('is taken over from an owner that died', async () => {
    const dead = spawnSync('true').pid;
    await withObtainLock({ lockFile: lockFile(), onWait: fail, work: () => Promise.resolve() });
    writeFileSync(lockFile(), String(dead));
    const work = (): Promise<string> => Promise.resolve('done');
    expect(await withObtainLock({ lockFile: lockFile(), onWait: fail, work })).toBe('done');
  });

  it('makes the second one wait for a living owner, and says for whom', async () => {
    await withObtainLock({ lockFile: lockFile(), onWait: fail, work: () => Promise.resolve() });
    writeFileSync(lockFile(), String(process.ppid));
    const waitedFor: number[] = [];
    const onWait = (ownerPid: number): void => {
      waitedFor.push(ownerPid);
      rmSync(lockFile());
    };
    await withObtainLock({ lockFile: lockFile(), onWait, work: () => Promise.resolve() });
    expect(waitedFor).toEqual([process.ppid]);
  });
});

const fail = (ownerPid: number): never => {
  throw new Error(`Nobody else holds this lock, but it waited for ${ownerPid}.`);
};
