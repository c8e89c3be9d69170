import { stateDirectory } from '../catalog/platform/apt';
import type { Leftovers } from '../schema/activities';
import type { Plan } from '../schema/plan';
import { sh } from '../shell/sh';
import { readLock } from './cloud-lock';
import type { Reach } from './reach';
import { asRoot } from './root-shell';

/** What an earlier run left on this cloud: the lock says who, the run's papers say what. */
export async function leftovers(options: { reach: Reach }): Promise<Leftovers> {
  const { reach } = options;
  const lock = await readLock({ reach });
  const runId = lock?.['run'];
  if (lock === null || runId === undefined)
    return { runId: null, plan: null, digest: null, workflowId: null, to: null };
  const run = `${stateDirectory}/runs/${runId}`;
  const papers = await asRoot({
    transport: reach.transport,
    host: reach.cloud.lockHost,
    deadlineSeconds: 60,
    script: sh`cat ${run}/digest; cat ${run}/plan.json`.text,
  });
  const [digest = '', ...rest] = papers.stdout.split('\n');
  const plan = papers.exitCode === 0 ? (JSON.parse(rest.join('\n')) as Plan) : null;
  return {
    runId,
    plan,
    digest: plan === null ? null : digest,
    workflowId: lock['workflow'] ?? null,
    to: plan?.to ?? null,
  };
}
