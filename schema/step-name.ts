import type { HostName } from './names';

/** A step bound to its host: `heat/db-sync@ctl1`. Job identity, evidence and messages use this id. */
export function boundId(options: { stepId: string; host: HostName }): string {
  return `${options.stepId}@${options.host}`;
}

/** The end of a script's file name on its hosts: `heat-db-sync.sh`; its place in the order stands before it. */
export function scriptName(stepId: string): string {
  return `${stepId.replaceAll('/', '-')}.sh`;
}

/** How a person runs a step by hand, as root on its host: from the file that lies there since the run began. */
export function byHand(options: { runId: string; stepId: string }): string {
  const { runId, stepId } = options;
  return `OSU_RUN=${runId} sh /var/lib/openstack-upgrade/runs/${runId}/steps/*-${scriptName(stepId)}`;
}
