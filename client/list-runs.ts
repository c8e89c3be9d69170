import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { kindOf, workflowTypes, type RunKind } from './workflow-types';

/** A run as a list shows it, without asking any worker. */
export interface ListedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: RunKind | null;
  /** Temporal's word: RUNNING, COMPLETED, FAILED, CANCELLED, TERMINATED ... */
  readonly status: string;
  readonly startedAt: string;
  readonly closedAt: string | null;
  /** `no`, or what it waits for; null where the namespace has no search attribute for it. */
  readonly waiting: string | null;
}

export interface ListFilter {
  readonly cloud?: string;
  /** Default: open. */
  readonly state?: 'open' | 'closed' | 'all';
  /** Started at or after this instant, ISO 8601. */
  readonly since?: string;
}

/** Upgrades, newest first. */
export async function listRuns(options: { client: Client; filter: ListFilter }): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = [];
  for await (const run of options.client.workflow.list({ query: queryOf(options.filter) })) runs.push(listed(run));
  return runs;
}

function queryOf({ cloud, state = 'open', since }: ListFilter): string {
  const types = Object.values(workflowTypes).map(quoted).join(', ');
  return [
    `WorkflowType IN (${types})`,
    ...(state === 'all' ? [] : [`ExecutionStatus ${state === 'open' ? '=' : '!='} 'Running'`]),
    // By the id, which begins with the cloud's name: runs started without search attributes are found too.
    ...(cloud === undefined ? [] : [`WorkflowId STARTS_WITH ${quoted(`${cloud}.`)}`]),
    ...(since === undefined ? [] : [`StartTime >= ${quoted(since)}`]),
  ].join(' AND ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function listed(run: WorkflowExecutionInfo): ListedRun {
  const waiting: unknown = run.typedSearchAttributes.getAll().find(({ key }) => key.name === 'OsuWaiting')?.value;
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    kind: kindOf(run.type),
    status: run.status.name,
    startedAt: run.startTime.toISOString(),
    closedAt: run.closeTime?.toISOString() ?? null,
    waiting: typeof waiting === 'string' ? waiting : null,
  };
}
