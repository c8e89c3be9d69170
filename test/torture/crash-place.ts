import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** The one place of all runs, one after the other: a point recorded in one run lies on the same path in the next. */
export interface Place {
  /** Of its own on this machine, so that no other run can have a job of the same id. */
  readonly runId: string;
  readonly directory: string;
  /** The job directory of the host. */
  readonly base: string;
  /** Every execution of a job appends its id. */
  readonly side: string;
  /** Jobs that wait for it go on when it is there. */
  readonly go: string;
  /** A log of strace for each command that it was put before. */
  readonly traces: string;
  /** What the crash points of the program read and write. */
  readonly crashes: string;
  /** Where the host finds its `sh`. */
  readonly bin: string;
  readonly forget: () => void;
}

export function makePlace(): Place {
  const directory = mkdtempSync(join(tmpdir(), 'osu-crash-'));
  const at = (name: string): string => join(directory, name);
  return {
    ...{ runId: basename(directory), directory, base: at('base'), side: at('side'), go: at('go') },
    ...{ traces: at('traces'), crashes: at('crashes'), bin: at('bin') },
    forget: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Nothing of the run before is left; `shell` is what the host has as `sh`. */
export function clearPlace(options: { readonly place: Place; readonly shell: string }): void {
  const { base, side, go, traces, crashes, bin } = options.place;
  for (const path of [base, side, go, traces, crashes, bin]) rmSync(path, { recursive: true, force: true });
  for (const path of [traces, crashes, bin]) mkdirSync(path);
  symlinkSync(options.shell, join(bin, 'sh'));
}
