import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { checkPreflightRequest, checkRequest, checkRollbackRequest, type Request } from '../schema/request';
import { lacksSearchAttributes } from './server-error';
import { UpgradeError } from './upgrade-error';
import { workflowId } from './workflow-id';
import { workflowTypes, type RunKind } from './workflow-types';

export interface StartedRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** What a person or program may add to a run beside its request. */
export interface StartOptions {
  /** Shown beside the run in lists, as `ticket` and `requestedBy`; never read by the run. */
  readonly memo?: { readonly ticket?: string; readonly requestedBy?: string };
  /** Markdown on the run's page. */
  readonly staticDetails?: string;
}

/** A run that is about to be started: checked, and with the id that the same wish always has. */
export interface Wish {
  readonly kind: RunKind;
  readonly id: string;
  readonly input: object;
  readonly summary: string;
  readonly cloud: string;
}

export function upgradeWish(options: { raw: unknown; kind: 'full' | 'partial' }): Wish {
  const { raw, kind } = options;
  const request = checkRequest(raw, kind);
  if (!request.ok) throw invalid(request.sentence);
  return { kind, input: request.value, ...named({ request: request.value, kind }) };
}

export function preflightWish(raw: unknown): Wish {
  const wish = checkPreflightRequest(raw);
  if (!wish.ok) throw invalid(wish.sentence);
  const { request, kind } = wish.value;
  const name = kind === 'full' ? 'preflight' : 'partial-preflight';
  return { kind: 'preflight', input: { ...request, kind }, ...named({ request, kind: name }) };
}

export function rollbackWish(raw: unknown): Wish {
  const request = checkRollbackRequest(raw);
  if (!request.ok) throw invalid(request.sentence);
  const { cloud, restorePoint } = request.value;
  return {
    kind: 'rollback',
    id: workflowId({ cloud, kind: 'rollback' }),
    input: request.value,
    summary: `${cloud}: roll back to restore point ${restorePoint}`,
    cloud,
  };
}

export function finishWish({ cloud, breakLock }: { cloud: string; breakLock: boolean }): Wish {
  const what = breakLock ? 'break the lock of the run that holds it' : 'restore what an earlier run left';
  return {
    kind: 'finish',
    id: workflowId({ cloud, kind: 'finish' }),
    input: breakLock ? { cloud, breakLock: true } : { cloud },
    summary: `${cloud}: ${what}`,
    cloud,
  };
}

function invalid(sentence: string): UpgradeError {
  return new UpgradeError({ code: 'invalidRequest', message: sentence });
}

function named(options: {
  request: Request;
  kind: Parameters<typeof workflowId>[0]['kind'];
}): Pick<Wish, 'id' | 'summary' | 'cloud'> {
  const { request, kind } = options;
  const { cloud, services, to } = request;
  const what = services === undefined ? 'all services' : services.join(', ');
  return { id: workflowId({ cloud, services, kind, to }), summary: `${cloud}: ${what} to ${to}`, cloud };
}

/**
 * Starts a run, and never a second one of the same id beside it. With the attributes that the list of runs can be
 * filtered by where the namespace knows them: a workflow started without them never touches them.
 */
export async function startRun(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly wish: Wish;
  readonly start: StartOptions;
}): Promise<StartedRun> {
  const { client, taskQueue, wish, start } = options;
  const { memo, staticDetails } = start;
  const begin = async (typedSearchAttributes: SearchAttributePair[]): Promise<StartedRun> => {
    const handle = await client.workflow.start(workflowTypes[wish.kind], {
      taskQueue,
      workflowId: wish.id,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [wish.input],
      staticSummary: wish.summary,
      typedSearchAttributes,
      ...(memo === undefined ? {} : { memo }),
      ...(staticDetails === undefined ? {} : { staticDetails }),
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  };
  try {
    return await begin(attributesOf(wish.cloud));
  } catch (error) {
    if (lacksSearchAttributes(error)) return begin([]);
    throw error;
  }
}

function attributesOf(cloud: string): SearchAttributePair[] {
  return [
    { key: defineSearchAttributeKey('OsuCloud', 'KEYWORD'), value: cloud },
    { key: defineSearchAttributeKey('OsuWaiting', 'KEYWORD'), value: 'no' },
    { key: defineSearchAttributeKey('OsuPhase', 'KEYWORD'), value: 'planning' },
  ];
}
