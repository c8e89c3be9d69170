import { awaitResult } from './await-result';
import { exitCodeOfResult } from './exit-codes';
import type { UpgradeClient } from './upgrade-client';
import { waitingFor } from './waiting-for';

/** One JSON object a line and event, the result last; each with the version of its shape. */
export async function streamRun({ upgrade, id }: { upgrade: UpgradeClient; id: string }): Promise<void> {
  const line = (event: object): void => {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, at: new Date().toISOString(), ...event })}\n`);
  };
  for await (const event of upgrade.watch(id)) {
    if (event.kind === 'away') line({ kind: 'away', code: event.error.code, message: waitingFor(event.error) });
    else if (event.kind === 'back') line(event);
    else if (event.kind === 'ended') line({ kind: 'ended', state: event.status?.state ?? null });
    else line({ ...event, status: undefined });
  }
  const result = await awaitResult({ upgrade, id });
  line({ kind: 'result', result });
  process.exitCode = exitCodeOfResult(result);
}
