import { keptRunTimes, runTimesDirectory } from '../catalog/platform/run-times';
import { JobHostError, TransportError } from '../remote';
import { runTimesOf } from '../report';
import type { ReportInput } from '../schema/activities';
import { sh } from '../shell/sh';
import { NotWritten, writeFiles } from './write-files';
import type { Reach } from './reach';

/**
 * Keeps how long a run took on the lock host, one small file for each run, for the next plan of the cloud; older files than the newest
 * ones go. False: it could not. That stops no run: the next plan estimates from sizes.
 */
export async function keepTimes(options: { reach: Reach; input: ReportInput }): Promise<boolean> {
  const { reach, input } = options;
  const times = runTimesOf(input);
  if (times === null) return true;
  const { lockHost: host } = input.plan;
  const directory = runTimesDirectory(input.cloud);
  try {
    await writeFiles({ reach, host, directory, files: { [`${times.runId}.json`]: `${JSON.stringify(times)}\n` } });
    const { exitCode } = await reach.root.run({
      host,
      deadlineSeconds: 60,
      script: sh`
        cd ${directory} || exit 1
        ls -1t | grep '[.]json$' | tail -n ${`+${String(keptRunTimes + 1)}`} | while IFS= read -r old; do rm -f -- "$old"; done
      `.text,
    });
    return exitCode === 0;
  } catch (error) {
    if (error instanceof NotWritten || error instanceof JobHostError) return false;
    if (error instanceof TransportError && error.kind !== 'aborted') return false;
    throw error;
  }
}
