import type { Command } from 'commander';
import type { OutputOptions } from './step-output';
import type { UpgradeClient } from './upgrade-client';

export interface ReportWish {
  /** Directory to save it in. */
  readonly save?: string;
  /** Show it in a browser. */
  readonly open?: true;
}

/** What every command gets: the client, the words to print, and whether they are for a program. */
export interface Desk {
  readonly upgrade: UpgradeClient;
  readonly by: string;
  readonly print: (options: { readonly json: unknown; readonly text: () => string }) => void;
  /** The run a command is about: as typed, or the only open one. */
  readonly whichRun: (typed: string | undefined) => Promise<string>;
  /** With `answer`, the person at this terminal is asked about every gate. */
  readonly watch: (id: string, options?: { readonly answer: boolean }) => Promise<void>;
  /** Asks the person at this terminal about the open gates. */
  readonly answer: (id: string) => Promise<void>;
  readonly showStatus: (id: string, options: { readonly exitCode: boolean }) => Promise<void>;
  readonly showReport: (id: string, options: ReportWish) => Promise<void>;
  readonly showOutput: (id: string, options: OutputOptions) => Promise<void>;
  readonly showResult: (id: string) => Promise<void>;
}

/** Connects, runs a command and closes. */
export type WithDesk = (act: (desk: Desk) => Promise<void>) => Promise<void>;

export interface Add {
  readonly program: Command;
  readonly withDesk: WithDesk;
}
