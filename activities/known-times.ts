import { stateDirectory } from '../catalog/platform/apt';
import { runTimes } from '../catalog/platform/run-times';
import { readApprovedTimes } from '../schema/run-times';
import { sh } from '../shell/sh';
import type { KnownTimes } from './draw-plan';
import type { Reach } from './reach';

/** What the lock host keeps of times, for a rollback of this run. Files that are missing or broken are as good as none. */
export async function knownTimes(options: { reach: Reach; runId: string }): Promise<KnownTimes> {
  const { reach, runId } = options;
  const { lockHost, cloud, availability } = reach.cloud;
  const reader = runTimes({ cloud });
  const approved = `${stateDirectory}/runs/${runId}/times.json`;
  const { stdout } = await reach.root.run({
    host: lockHost,
    deadlineSeconds: 60,
    script: sh`test ! -e ${approved} || cat ${approved}`.text,
  });
  const earlier = reader.parse(
    await reach.root.run({ host: lockHost, deadlineSeconds: 60, script: reader.script.text }),
  );
  return { earlier, undone: readApprovedTimes(stdout), availability };
}
