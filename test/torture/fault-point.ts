/** A system call that changes something on disk, or takes a lock. `path` as the host sees it. */
export interface FaultPoint {
  readonly syscall: string;
  readonly path: string;
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

/** With the path that strace looks for: of rename and link it sees only the first. */
const WRITING = [
  ['write', /^write\(\d+<([^>]*)>/],
  ['openat', /^openat\([^,]*, "([^"]*)", [^)]*O_(?:WRONLY|RDWR)/],
  ['mkdir', /^mkdir\("([^"]*)"/],
  ['renameat2', /^renameat2\([^,]*, "[^"]*", [^,]*, "([^"]*)"/],
  ['rename', /^rename\("([^"]*)"/],
  ['linkat', /^linkat\([^,]*, "[^"]*", [^,]*, "([^"]*)"/],
  ['link', /^link\("([^"]*)"/],
  ['unlinkat', /^unlinkat\([^,]*, "([^"]*)"/],
  ['unlink', /^unlink\("([^"]*)"/],
  ['fsync', /^fsync\(\d+<([^>]*)>/],
  ['flock', /^flock\(\d+<([^>]*)>, LOCK_EX/],
  ['copy_file_range', /^copy_file_range\(\d+<[^>]*>, [^,]*, \d+<([^>]*)>/],
] as const;

/** The words that record a run for `pointsOf`. */
export function recordingWords(options: { readonly log: string }): readonly string[] {
  const calls = WRITING.map(([syscall]) => syscall).join(',');
  return ['strace', '-I1', '-D', '-f', '-qq', '-y', '-e', 'signal=none', '-e', `trace=${calls}`, '-o', options.log];
}

/**
 * The points of a recorded run below `base`, each once. Left out is what the job's own process does to its output: when its
 * disk fails or somebody kills it, that is the job's own end.
 */
export function pointsOf(options: { readonly record: string; readonly base: string }): readonly FaultPoint[] {
  const points = options.record.split('\n').flatMap((line) => {
    const call = line.replace(/^\d+ +/, '');
    return WRITING.flatMap(([syscall, pattern]) => {
      const path = pattern.exec(call)?.[1];
      return path?.startsWith(options.base) === true ? [{ syscall, path }] : [];
    });
  });
  const byTheJob = ({ path }: FaultPoint): boolean => /\/jobs\/[^/]*\/(?:out|err)$/.test(path);
  return [...new Map(points.map((one) => [`${one.syscall} ${one.path}`, one])).values()].filter(
    (one) => !byTheJob(one),
  );
}

/** Longer than anybody waits for the power cut that follows. */
const HELD_SECONDS = 60;

/** The words that make it happen. strace looks for the call on that very path, so that no other of its kind is hit. */
export function faultWords(options: {
  readonly point: FaultPoint;
  readonly kind: FaultKind;
  readonly log: string;
}): readonly string[] {
  const { point, kind, log } = options;
  const what = {
    kill: 'signal=SIGKILL',
    powerCut: `delay_enter=${String(HELD_SECONDS)}s`,
    EIO: 'error=EIO',
    ENOSPC: 'error=ENOSPC',
  };
  return [
    ...[
      'strace',
      '-I1',
      '-D',
      '-f',
      '-qq',
      '-e',
      'signal=none',
      '-e',
      `trace=${point.syscall}`,
      '-P',
      point.path,
      '-o',
      log,
    ],
    `--inject=${point.syscall}:${what[kind]}`,
  ];
}

/** Whether the run came to the point at all, by what strace has logged. */
export function wasReached(options: { readonly point: FaultPoint; readonly log: string }): boolean {
  return options.log.includes(`${options.point.syscall}(`);
}

/** Only what can happen: a lock is no matter of the disk, and to remove a file no matter of its room. */
export function kindsFor({ syscall }: FaultPoint): readonly FaultKind[] {
  if (syscall === 'flock') return ['kill', 'powerCut'];
  if (syscall === 'unlink' || syscall === 'unlinkat' || syscall === 'fsync') return ['kill', 'powerCut', 'EIO'];
  return ['kill', 'powerCut', 'EIO', 'ENOSPC'];
}
