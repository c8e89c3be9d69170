/** A system call that changes something on disk, or takes a lock. `path` as the host sees it. */
export interface FaultPoint {
  readonly syscall: string;
  readonly path: string;
  /** Which of the calls that one process makes on that path, from 1 on: a directory is emptied by one call a file. */
  readonly nth: number;
}

/** What happens at a point, always before the call has had its effect. */
export type FaultKind =
  /** The one process that makes the call is killed: the shell itself, or mv, ln, sync ... under it. */
  | 'kill'
  /** Every process of the host is gone at once. */
  | 'powerCut'
  /** The disk does not do it, this time and every time, until it is mended. */
  | 'EIO'
  | 'ENOSPC';

/** With the path that strace looks for: of rename and link it sees only the first, of a file in an open directory that directory. */
const WRITING = [
  ['write', /^write\(\d+<([^>]*)>/],
  ['openat', /^openat\([^,]*, "([^"]*)", [^)]*O_(?:WRONLY|RDWR)/],
  ['mkdir', /^mkdir\("([^"]*)"/],
  ['renameat2', /^renameat2\([^,]*, "[^"]*", [^,]*, "([^"]*)"/],
  ['rename', /^rename\("([^"]*)"/],
  ['linkat', /^linkat\([^,]*, "[^"]*", [^,]*, "([^"]*)"/],
  ['link', /^link\("([^"]*)"/],
  ['unlinkat', /^unlinkat\((?:\d+<([^>]*)>|AT_FDCWD[^,]*, "([^"]*)")/],
  ['unlink', /^unlink\("([^"]*)"/],
  ['rmdir', /^rmdir\("([^"]*)"/],
  ['fsync', /^fsync\(\d+<([^>]*)>/],
  ['flock', /^flock\(\d+<([^>]*)>, LOCK_EX/],
  ['copy_file_range', /^copy_file_range\(\d+<[^>]*>, [^,]*, \d+<([^>]*)>/],
] as const;

/** What strace has to look at to record a run for `pointsOf`. */
export function recordingWords(): readonly string[] {
  return ['-y', '-e', `trace=${WRITING.map(([syscall]) => syscall).join(',')}`];
}

/** The points of a recorded run below `base`, each once. */
export function pointsOf(options: { readonly record: string; readonly base: string }): readonly FaultPoint[] {
  const seen = new Map<string, number>();
  const points = options.record.split('\n').flatMap((line) => {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    return WRITING.flatMap(([syscall, pattern]): FaultPoint[] => {
      const path = pattern.exec(call)?.slice(1).find(Boolean);
      if (path?.startsWith(options.base) !== true) return [];
      const nth = (seen.get(`${pid} ${syscall} ${path}`) ?? 0) + 1;
      seen.set(`${pid} ${syscall} ${path}`, nth);
      return [{ syscall, path, nth: syscall === 'unlinkat' ? nth : 1 }];
    });
  });
  return [...new Map(points.map((one) => [JSON.stringify(one), one])).values()].filter((one) => !isOfTheJob(one));
}

/**
 * What the job's own process does to its output: when its disk fails or somebody kills it, that is the job's own end, told
 * by its exit code. It only writes: it is handed the files open, so that whoever opens them there is the supervisor, whose
 * failure must never look like the command's. (The publisher makes them elsewhere, below tmp/.)
 */
function isOfTheJob({ syscall, path }: FaultPoint): boolean {
  return syscall === 'write' && /\/jobs\/[^/]*\/(?:out|err)$/.test(path);
}

/** Longer than anybody waits for the power cut that follows. */
const HELD_SECONDS = 60;

/** What strace has to do to make it happen. It looks for the call on that very path, so that no other of its kind is hit. */
export function faultWords(options: { readonly point: FaultPoint; readonly kind: FaultKind }): readonly string[] {
  const { syscall, path, nth } = options.point;
  const what = {
    kill: 'signal=SIGKILL',
    powerCut: `delay_enter=${String(HELD_SECONDS)}s`,
    EIO: 'error=EIO',
    ENOSPC: 'error=ENOSPC',
  };
  return ['-e', `trace=${syscall}`, '-P', path, `--inject=${syscall}:${what[options.kind]}:when=${String(nth)}+`];
}

/** Whether the run came to the point at all, by what strace has logged. */
export function wasReached(options: { readonly point: FaultPoint; readonly log: string }): boolean {
  const calls = new Map<string, number>();
  for (const [, pid = '', syscall] of options.log.matchAll(/^(\d+) +(\w+)\(/gm)) {
    if (syscall === options.point.syscall) calls.set(pid, (calls.get(pid) ?? 0) + 1);
  }
  return [...calls.values()].some((count) => count >= options.point.nth);
}

/** Only what can happen: a lock is no matter of the disk, and to remove a file no matter of its room. */
export function kindsFor({ syscall }: FaultPoint): readonly FaultKind[] {
  if (syscall === 'flock') return ['kill', 'powerCut'];
  if (['unlink', 'unlinkat', 'rmdir', 'fsync'].includes(syscall)) return ['kill', 'powerCut', 'EIO'];
  return ['kill', 'powerCut', 'EIO', 'ENOSPC'];
}
