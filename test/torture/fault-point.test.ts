import { kindsFor, pointsOf, wasReached } from './fault-point';

const points = (...record: readonly string[]): ReturnType<typeof pointsOf> =>
  pointsOf({ record: record.join('\n'), base: '/base' });

describe('the points of a recorded run', () => {
  it('are the calls that alter something below the job directory, each once', () => {
    expect(
      points(
        '71 openat(AT_FDCWD</>, "/base/log", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3</base/log>',
        '71 openat(AT_FDCWD</>, "/base/rc", O_RDONLY) = 3</base/rc>',
        '71 openat(AT_FDCWD</>, "/etc/motd", O_WRONLY) = 3</etc/motd>',
        '72 renameat2(AT_FDCWD</>, "/base/tmp/a", AT_FDCWD</>, "/base/a", 0) = 0',
        '73 openat(AT_FDCWD</>, "/base/log", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3</base/log>',
      ),
    ).toEqual([
      { syscall: 'openat', path: '/base/log', nth: 1 },
      { syscall: 'renameat2', path: '/base/a', nth: 1 },
    ]);
  });

  it('have the opening of the output, which is the program, and not the writing of it, which is the job', () => {
    expect(
      points(
        '71 openat(AT_FDCWD</>, "/base/jobs/j1/out", O_WRONLY|O_CREAT|O_APPEND, 0666) = 3</base/jobs/j1/out>',
        '72 write(1</base/jobs/j1/out>, "hello\\n", 6) = 6',
        '71 write(1</base/jobs/j1/rc.tmp>, "v1 rc=0", 7) = 7',
      ),
    ).toEqual([
      { syscall: 'openat', path: '/base/jobs/j1/out', nth: 1 },
      { syscall: 'write', path: '/base/jobs/j1/rc.tmp', nth: 1 },
    ]);
  });

  it('tell the files apart that one process removes from a directory', () => {
    const record = [
      '71 unlinkat(4</base/tmp/gone>, "rc", 0) = 0',
      '71 unlinkat(4</base/tmp/gone>, "out", 0) = 0',
      '71 unlinkat(AT_FDCWD</>, "/base/tmp/gone", AT_REMOVEDIR) = 0',
    ];
    const found = points(...record);
    expect(found).toEqual([1, 2, 3].map((nth) => ({ syscall: 'unlinkat', path: '/base/tmp/gone', nth })));
    const log = record.slice(0, 2).join('\n');
    expect(found.map((point) => wasReached({ point, log }))).toEqual([true, true, false]);
  });

  it('can only have the faults that there are', () => {
    expect(kindsFor({ syscall: 'flock', path: '/base/fence.lock', nth: 1 })).toEqual(['kill', 'powerCut']);
    expect(kindsFor({ syscall: 'fsync', path: '/base', nth: 1 })).not.toContain('ENOSPC');
  });
});
