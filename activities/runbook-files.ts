import { stateDirectory } from '../catalog/platform/apt';
import { everyPhase, stepsOn } from '../schema/walk-plan';
import { scriptName } from '../schema/step-name';
import { type Batch, type Plan } from '../schema/plan';
import { sh } from '../shell/sh';
import type { Beginning } from './beginning';
import { writeFiles } from './write-files';
import type { Reach } from './reach';

/**
 * Writes a run's files to a host: the runbook as it was approved, and every script that will run there as a file of its own, so that
 * people can continue by hand when worker, Temporal and bastion are gone: `OSU_RUN=... OSU_HOST=... sh steps/017-...sh`.
 * The lock host also gets the plan itself. Idempotent.
 * @throws TransportError, SudoRefused
 */
export async function writeRunbookFiles(options: { reach: Reach; input: Beginning; host: string }): Promise<void> {
  const { reach, input, host } = options;
  const { plan, approved } = input;
  const run = `${stateDirectory}/runs/${plan.runId}`;
  const files = {
    'RUNBOOK.txt': approved.runbook,
    ...(host === plan.lockHost ? planFiles(input) : {}),
    ...scriptsFor({ plan, host }),
  };
  await writeFiles({
    reach,
    host,
    directory: run,
    files,
    before: sh`
      mkdir -p ${run}/steps ${stateDirectory}/restore-points/${plan.runId} ${stateDirectory}/pool/${plan.runId}
      chmod 0711 ${stateDirectory} ${stateDirectory}/pool; chmod 0755 ${stateDirectory}/pool/${plan.runId}
      touch ${run}/DONE
    `,
  });
}

/** What a rollback of its own reads: the plan that it undoes, and what was expected of it. */
function planFiles({ approved, digest }: Beginning): Record<string, string> {
  const { planJson, timesJson } = approved;
  return { 'plan.json': planJson, digest, ...(timesJson === null ? {} : { 'times.json': timesJson }) };
}

/** `steps/017-heat-db-sync.sh`: in the order in which they run on this host. */
function scriptsFor(options: { plan: Plan; host: string }): Record<string, string> {
  const { plan, host } = options;
  const batches: readonly Batch[] = [
    ...everyPhase(plan).flatMap(({ batches: own, serving }) => (serving === null ? own : [...own, serving])),
    ...plan.finally.always,
    ...plan.finally.resolved,
  ];
  return Object.fromEntries(
    stepsOn({ batches, host }).flatMap((step, index) =>
      step.kind === 'confirm'
        ? []
        : [[`steps/${String(index + 1).padStart(3, '0')}-${scriptName(step.id)}`, `${step.script}\n`]],
    ),
  );
}
