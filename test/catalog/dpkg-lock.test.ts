import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolderOf } from '../../catalog/platform/dpkg';

const folder = mkdtempSync(join(tmpdir(), 'osu-dpkg-lock-'));
const frontend = join(folder, 'lock-frontend');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const holder = (files: readonly string[]): string | null => {
  const reader = lockHolderOf({ files });
  const { status, stdout, stderr } = spawnSync('sh', ['-c', reader.script.text], { encoding: 'utf8' });
  return reader.parse({ exitCode: status ?? 255, stdout, stderr });
};

/** Takes a lock as dpkg does, and says so. */
const taking = `
  use Fcntl; $| = 1;
  open(my $file, ">", $ARGV[0]) or die; my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
  fcntl($file, F_SETLK, $lock) or die; print "held\\n"; sleep 60;`;
async function hold(file: string): Promise<number> {
  const child = spawn('perl', ['-e', taking, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('nobody holds the lock')));
  });
  return child.pid ?? 0;
}

describe('who holds the lock of dpkg', () => {
  it('is nobody where nobody has locked it, and where there is no such file', () => {
    expect(holder([frontend])).toBeNull();
    spawnSync('touch', [frontend]);
    expect(holder([frontend, join(folder, 'lock')])).toBeNull();
  });

  it('is the process that has locked one of the files', async () => {
    const pid = await hold(frontend);
    expect(holder([frontend, join(folder, 'lock')])).toBe(`${String(pid)} perl`);
    expect(holder([join(folder, 'lock'), frontend])).toBe(`${String(pid)} perl`);
  });

  it('is said to be unknown where the lock cannot be asked for', () => {
    const reader = lockHolderOf({ files: [frontend] });
    expect(() => reader.parse({ exitCode: 2, stdout: '', stderr: `${frontend}: No locks available` })).toThrow(
      'Who holds the lock of dpkg could not be read (exit code 2): ',
    );
  });
});
