import { setTimeout as pause } from 'node:timers/promises';
import type { UpgradeClient, VersionedResult } from './upgrade-client';
import { UpgradeError } from './upgrade-error';
import { waitingFor } from './waiting-for';

/** Between two tries while the server is away. */
const everySeconds = 1;

/** Waits for the end of a run for as long as it takes, also while the server is away; that is said on standard error. */
export async function awaitResult(options: {
  readonly upgrade: Pick<UpgradeClient, 'result'>;
  readonly id: string;
}): Promise<VersionedResult> {
  const { upgrade, id } = options;
  let said = '';
  for (;;) {
    try {
      return await upgrade.result(id);
    } catch (error) {
      if (!(error instanceof UpgradeError && error.retryable)) throw error;
      if (error.code !== said) process.stderr.write(`${waitingFor(error)}\n`);
      said = error.code;
      await pause(everySeconds * 1000);
    }
  }
}
