import { stateDirectory } from '../catalog/platform/apt';
import { changedHosts } from '../schema/cloud';
import type { HostName } from '../schema/names';
import type { RecordedPlan } from '../schema/recorded';
import { sh } from '../shell/sh';
import type { Reach } from './reach';

/**
 * Every host that a run may have changed: its plan names hosts that the cloud file alone does not tell, as compute hosts with agents of the run. Without
 * its plan, every host of the cloud: one that is not told would go on to obey that run.
 */
export async function hostsOfRun(options: { reach: Reach; runId: string }): Promise<readonly HostName[]> {
  const { cloud, root } = options.reach;
  const { stdout, exitCode } = await root.run({
    host: cloud.lockHost,
    deadlineSeconds: 60,
    maxOutputBytes: 32 * 2 ** 20,
    script: sh`cat ${`${stateDirectory}/runs/${options.runId}/plan.json`}`.text,
  });
  const own = exitCode === 0 ? namesIn(stdout) : Object.keys(cloud.hosts);
  // A host that has left the cloud file since cannot be reached.
  return [...new Set([...changedHosts(cloud), ...own.filter((host) => host in cloud.hosts)])].sort();
}

function namesIn(planJson: string): HostName[] {
  return (JSON.parse(planJson) as RecordedPlan).hosts.map(({ name }) => name);
}
