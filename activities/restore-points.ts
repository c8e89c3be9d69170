import { stateDirectory } from '../catalog/platform/apt';
import type { RestorePoint } from '../schema/restore-point';
import { sh } from '../shell/sh';
import type { Reach } from './reach';
import { SudoRefused, TransportError } from '../remote';

/** Enough for what stands before the first phase of a plan. */
const headBytes = 20_000;

/** Every restore point of a cloud, the newest first, with what it takes on all hosts. Changes nothing. */
export async function restorePoints({ reach }: { reach: Reach }): Promise<readonly RestorePoint[]> {
  const { cloud, lockHost, hosts } = reach.cloud;
  const { stdout } = await reach.root.run({
    host: lockHost,
    deadlineSeconds: 60,
    maxOutputBytes: 8 * 2 ** 20,
    script: sh`
      cd ${stateDirectory} 2>/dev/null || exit 0
      for plan in $(ls -1t runs/*/plan.json 2>/dev/null); do
        point=$(basename "$(dirname "$plan")")
        # A host may keep the lock of several clouds: what is deleted by age must be of this one.
        test -s "$plan" && test -d restore-points/"$point" && grep -qF ${`"cloud":"${cloud}"`} "$plan" || continue
        echo "point $point $(stat -c %Y "$plan")"
        head -c ${headBytes} "$plan" | tr -d '\\n'; echo
      done
    `.text,
  });
  const sizes = await Promise.all(Object.keys(hosts).map((host) => sizesOn({ reach, host })));
  return parseRestorePoints(stdout).map((point) => ({
    ...point,
    bytes: sizes.reduce((sum, { byRun }) => sum + (byRun[point.runId] ?? 0), 0),
    unread: sizes.flatMap(({ host, read }) => (read ? [] : [host])),
  }));
}

/** `point <run> <seconds>`, then the beginning of its plan; a rollback has files there and is none. */
export function parseRestorePoints(text: string): Omit<RestorePoint, 'bytes' | 'unread'>[] {
  const found = [...text.matchAll(/^point (\S+) (\d+)\n(.*)$/gm)];
  return found.flatMap(([, runId = '', seconds = '', plan = '']) => {
    const kind = /"kind":"(full|partial)"/.exec(plan)?.[1];
    const [, from, to] = /"from":"([a-z]+)","to":"([a-z]+)"/.exec(plan) ?? [];
    const [, services = ''] = /"services":(\[.*?\]),"hosts":/.exec(plan) ?? [];
    if (kind === undefined || from === undefined || to === undefined) return [];
    return [
      {
        runId,
        kind: kind === 'partial' ? 'partial' : 'full',
        from,
        to,
        services: [...services.matchAll(/"name":"([a-z0-9-]+)"/g)].map(([, name = '']) => name),
        madeAt: new Date(Number(seconds) * 1000).toISOString(),
      },
    ];
  });
}

interface Sizes {
  readonly host: string;
  readonly read: boolean;
  readonly byRun: Readonly<Record<string, number>>;
}

/** Dumps and archives, and the packages beside them. A host that does not answer is said, and the others count. */
async function sizesOn(options: { reach: Reach; host: string }): Promise<Sizes> {
  const { reach, host } = options;
  try {
    const { stdout } = await reach.root.run({
      host,
      deadlineSeconds: 120,
      script: sh`
        cd ${stateDirectory} 2>/dev/null || exit 0
        for point in $(ls -1 restore-points 2>/dev/null); do
          echo "$point $(du -scb restore-points/"$point" pool/"$point" 2>/dev/null | tail -n 1 | cut -f 1)"
        done
      `.text,
    });
    const rows = stdout.split('\n').flatMap((line) => {
      const [run, bytes] = line.split(' ');
      return run === undefined || bytes === undefined ? [] : [[run, Number(bytes)] as const];
    });
    return { host, read: true, byRun: Object.fromEntries(rows) };
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof SudoRefused)) throw error;
    return { host, read: false, byRun: {} };
  }
}
