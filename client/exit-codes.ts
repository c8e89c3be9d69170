import type { PreflightResult, RunResult } from '../schema/status';

/** What the command line ends with; docs/client.md has the table. Scripts depend on the numbers. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Nothing was changed: findings block, a message or a connection was refused. */
  refused: 3,
  /** `status --exit-code`: it waits for a person. */
  waits: 4,
  /** No server or no worker: the same may succeed later. */
  unreachable: 5,
  /** The run ended in order, and the cloud is not upgraded: rolled back, rejected, aborted, cancelled. */
  notUpgraded: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOfResult(result: RunResult | PreflightResult): ExitCode {
  if (result.state !== 'completed') return exitCodes.notUpgraded;
  return 'blockers' in result && result.blockers.length > 0 ? exitCodes.refused : exitCodes.done;
}
