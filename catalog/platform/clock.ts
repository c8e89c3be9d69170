import { sh } from '../../shell/sh';

const mark = '@@openstack-upgrade-clock';

/** A mark stands before the number: a login shell may speak first (`Welcome to ctl1`), in the same line even. */
export const script = sh`echo ${mark} $(date +%s%3N)`;

/** How far the host's clock is from ours, which read `before` and `after` it. Null: there is no time in what it printed. */
export function offsetSeconds(options: {
  readonly stdout: string;
  /** Milliseconds since 1970, as the host counts them. */
  readonly before: number;
  readonly after: number;
}): number | null {
  const read = new RegExp(`${mark} (\\d{13})\\s`).exec(options.stdout)?.[1];
  return read === undefined ? null : (Number(read) - (options.before + options.after) / 2) / 1000;
}
