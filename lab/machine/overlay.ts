import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, run } from './command';

export interface Overlay {
  /** Uppermost first. */
  readonly lower: readonly string[];
  /** Holds `upper`, `work` and `root`. */
  readonly folder: string;
}

/** Mounts a stack of layers with a writable side of its own; returns the root. What an earlier try left is unmounted. */
export async function mountOverlay(overlay: Overlay): Promise<string> {
  const { upper, work, root } = sides(overlay.folder);
  await unmount(root);
  // The kernel refuses a work directory that another upper was used with.
  rmSync(work, { recursive: true, force: true });
  for (const folder of [upper, work, root]) mkdirSync(folder, { recursive: true });
  // redirect_dir: packages rename folders that lie in a lower layer; without it that fails with EXDEV.
  const options = `lowerdir=${overlay.lower.join(':')},upperdir=${upper},workdir=${work},redirect_dir=on,index=off,metacopy=off`;
  await must({ argv: ['mount', '-t', 'overlay', 'overlay', '-o', options, root] });
  return root;
}

export function sides(folder: string): { upper: string; work: string; root: string } {
  return { upper: join(folder, 'upper'), work: join(folder, 'work'), root: join(folder, 'root') };
}

/** Unmounts everything at or below a path, deepest first. A path that is no mount is fine. */
export async function unmount(path: string): Promise<void> {
  for (const mountPoint of mountsBelow(path)) {
    const done = await run({ argv: ['umount', mountPoint] });
    if (done.exitCode !== 0) await must({ argv: ['umount', '--lazy', mountPoint] });
  }
}

/** Mount points at or below a path, deepest first. */
export function mountsBelow(path: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((mountPoint) => mountPoint === path || mountPoint.startsWith(`${path}/`))
    .reverse();
}

/** True when a mounted overlay stands on this folder: removing it would tear a running host's files away. */
export function liesUnderMount(folder: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(folder);
}
