import type { RemoteHost } from '../../remote';

/** What every contender of a series gets to do, as a file that its driver reads. */
export interface Assignment {
  readonly work: Work;
  readonly hosts: readonly BenchHost[];
  /** Does nothing but leave one byte in the host's file of marks, so that commands can be counted where they ran. */
  readonly command: string;
  /** Do one thing on every host first, which is not timed: connect, publish the job program. */
  readonly warmUp: boolean;
}

export interface BenchHost extends RemoteHost {
  /** Every contender logs in with it. */
  readonly identityFile: string;
  /** Where jobs live on this host: the hosts of a benchmark share one machine. */
  readonly jobsDirectory: string;
}

export type Work =
  /** One after another on a host, all hosts at once. */
  | { readonly kind: 'commands'; readonly perHost: number }
  | { readonly kind: 'jobs'; readonly perHost: number }
  /** Find one finished job again and again. */
  | { readonly kind: 'attaches'; readonly perHost: number }
  | { readonly kind: 'output'; readonly bytes: number }
  /** The same bytes as the output of a durable job: written to the host's disk first. */
  | { readonly kind: 'jobOutput'; readonly bytes: number };

/** The last line a driver prints. */
export interface DriverAnswer {
  /** After the warm-up, until the last host was done. */
  readonly milliseconds: number;
  /** Of output, counted where they arrived. */
  readonly bytes: number;
}

/** How many marks the hosts must have together when the assignment is done: no more, no fewer. */
export function marksExpected({ work, hosts, warmUp }: Assignment): number {
  return hosts.length * (Number(warmUp) + marksPerHost(work));
}

/** How many bytes of output must have arrived in all. */
export function bytesExpected({ work, hosts }: Assignment): number {
  return 'bytes' in work ? hosts.length * work.bytes : 0;
}

function marksPerHost(work: Work): number {
  switch (work.kind) {
    case 'commands':
    case 'jobs':
      return work.perHost;
    case 'attaches':
    case 'output':
    case 'jobOutput':
      return 0; // only the warm-up runs the command
    default:
      return work satisfies never;
  }
}
