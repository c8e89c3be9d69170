import { WorkflowUpdateStage, type Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { ReportPlace } from '../schema/activities';
import type { Kind } from '../schema/names';
import type { Approve, Decide, Kill, MessageName, Pause, Reject, Resume } from '../schema/messages';
import { checkPreflightRequest, checkRequest, type Request } from '../schema/request';
import type { PreflightResult, RunResult, RunStatus } from '../schema/status';
import { asRefusal, lacksSearchAttributes, Refusal } from './refusal';
import { workflowId } from './workflow-id';

/** Everything a person or a program asks of an upgrade. A refused wish throws a Refusal with one sentence. */
export interface UpgradeClient {
  /** Plans and looks; alters nothing. `request` as in the UI's start form; with `kind: 'partial'` at the rolling one. */
  readonly preflight: (request: unknown) => Promise<StartedRun>;
  readonly startFull: (request: unknown) => Promise<StartedRun>;
  /** One service, host by host, while it serves. */
  readonly startPartial: (request: unknown) => Promise<StartedRun>;
  /** Puts back what a terminated run left on a cloud. */
  readonly finish: (request: { readonly cloud: string }) => Promise<StartedRun>;
  /** Only takes a cloud's lock from the run that holds it; puts nothing back. Asks for approval. */
  readonly breakLock: (request: { readonly cloud: string }) => Promise<StartedRun>;
  readonly status: (id: string) => Promise<RunStatus>;
  /** The runbook: what an approval is about. */
  readonly plan: (id: string) => Promise<string>;
  /** Where the report lies, or null while none is written. */
  readonly report: (id: string) => Promise<ReportPlace | null>;
  readonly approve: (id: string, message: MessageOf<Approve>) => Promise<string>;
  readonly reject: (id: string, message: MessageOf<Reject>) => Promise<string>;
  readonly decide: (id: string, message: MessageOf<Decide>) => Promise<string>;
  readonly pause: (id: string, message: MessageOf<Pause>) => Promise<string>;
  readonly resume: (id: string, message: MessageOf<Resume>) => Promise<string>;
  readonly kill: (id: string, message: MessageOf<Kill>) => Promise<string>;
  /** Waits for the end. */
  readonly result: (id: string) => Promise<RunResult | PreflightResult>;
  /** False once the run has ended, however it did. */
  readonly isOpen: (id: string) => Promise<boolean>;
  /** Ids of the upgrades that are open now, newest first. */
  readonly openRuns: () => Promise<readonly string[]>;
}

export interface StartedRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** What may be left out is filled in by the schema. */
type MessageOf<T> = Omit<T, 'reason' | 'accept'> & Partial<Pick<T, keyof T & ('reason' | 'accept')>>;

/** A query is answered by a worker in milliseconds; after this time there is none. */
const answerSeconds = 20;

const types = {
  full: 'openstackFullUpgrade',
  partial: 'openstackPartialUpgrade',
  preflight: 'openstackPreflight',
  finish: 'openstackFinish',
} as const;

/** A typed client over a Temporal client that somebody else has connected and closes. */
export function createUpgradeClient(options: { client: Client; taskQueue: string; address?: string }): UpgradeClient {
  const { client, taskQueue, address = 'the server' } = options;

  const told = async <T>(id: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw asRefusal({ error, workflowId: id, address, taskQueue });
    }
  };
  const inTime = <T>(ask: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + answerSeconds * 1000, ask);
  const query = <T>(id: string, name: string): Promise<T> =>
    told(id, () => inTime(() => client.workflow.getHandle(id).query<T>(name)));
  const update = (id: string, name: MessageName, message: object): Promise<string> =>
    told(id, async () => {
      const handle = client.workflow.getHandle(id);
      const sent = await inTime(() =>
        handle.startUpdate<string, [object]>(name, { args: [message], waitForStage: WorkflowUpdateStage.ACCEPTED }),
      );
      // A kill answers when all is proved to have ended, which may take longer than any deadline of ours.
      return sent.result();
    });
  const start = (wish: Wish) => told(wish.id, () => startRun({ client, taskQueue, ...wish }));

  return {
    preflight: (raw) => start(looked(raw)),
    startFull: (raw) => start(planned({ raw, kind: 'full' })),
    startPartial: (raw) => start(planned({ raw, kind: 'partial' })),
    finish: ({ cloud }) =>
      start({
        kind: 'finish',
        id: workflowId({ cloud, kind: 'finish' }),
        input: { cloud },
        summary: `${cloud}: put back what an earlier run left`,
        cloud,
      }),
    breakLock: ({ cloud }) =>
      start({
        kind: 'finish',
        id: workflowId({ cloud, kind: 'finish' }),
        input: { cloud, breakLock: true },
        summary: `${cloud}: break the lock of the run that holds it`,
        cloud,
      }),
    status: (id) => query<RunStatus>(id, 'status'),
    plan: (id) => query<string>(id, 'plan'),
    report: async (id) => {
      const report = await query<ReportPlace | string>(id, 'report');
      return typeof report === 'string' ? null : report;
    },
    approve: (id, message) => update(id, 'approve', message),
    reject: (id, message) => update(id, 'reject', message),
    decide: (id, message) => update(id, 'decide', message),
    pause: (id, message) => update(id, 'pause', message),
    resume: (id, message) => update(id, 'resume', message),
    kill: (id, message) => update(id, 'kill', message),
    result: (id) => told(id, () => client.workflow.getHandle(id).result() as Promise<RunResult | PreflightResult>),
    isOpen: (id) => told(id, async () => (await client.workflow.getHandle(id).describe()).status.name === 'RUNNING'),
    openRuns: () => told('', () => listOpen(client)),
  };
}

interface Wish {
  readonly kind: keyof typeof types;
  readonly id: string;
  readonly input: object;
  readonly summary: string;
  readonly cloud: string;
}

function planned(options: { raw: unknown; kind: Kind }): Wish {
  const { raw, kind } = options;
  const request = checkRequest(raw, kind);
  if (!request.ok) throw new Refusal(request.sentence);
  return { kind, input: request.value, ...named({ request: request.value, kind }) };
}

function looked(raw: unknown): Wish {
  const wish = checkPreflightRequest(raw);
  if (!wish.ok) throw new Refusal(wish.sentence);
  const { request, kind } = wish.value;
  const name = kind === 'full' ? 'preflight' : 'partial-preflight';
  return { kind: 'preflight', input: { ...request, kind }, ...named({ request, kind: name }) };
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
async function startRun(options: {
  client: Client;
  taskQueue: string;
  kind: keyof typeof types;
  id: string;
  input: object;
  summary: string;
  cloud: string;
}): Promise<StartedRun> {
  const { client, taskQueue, kind, id, input, summary, cloud } = options;
  const begin = async (attributes: ReturnType<typeof attributesOf>): Promise<StartedRun> => {
    const handle = await client.workflow.start(types[kind], {
      taskQueue,
      workflowId: id,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [input],
      staticSummary: summary,
      typedSearchAttributes: attributes,
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  };
  try {
    return await begin(attributesOf(cloud));
  } catch (error) {
    if (lacksSearchAttributes(error)) return begin([]);
    throw error;
  }
}

function attributesOf(cloud: string) {
  return [
    { key: defineSearchAttributeKey('OsuCloud', 'KEYWORD'), value: cloud },
    { key: defineSearchAttributeKey('OsuWaiting', 'KEYWORD'), value: 'no' },
    { key: defineSearchAttributeKey('OsuPhase', 'KEYWORD'), value: 'planning' },
  ];
}

async function listOpen(client: Client): Promise<string[]> {
  const names = Object.values(types)
    .map((type) => `'${type}'`)
    .join(', ');
  const ids: string[] = [];
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN (${names})`;
  for await (const run of client.workflow.list({ query })) ids.push(run.workflowId);
  return ids;
}
