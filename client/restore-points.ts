import { WorkflowFailedError, type Client } from '@temporalio/client';
import { askServer, askWorkerPatiently, type Asking } from './ask-run';
import { runErrorOf } from './run-error';
import { UpgradeError } from './upgrade-error';
import type { UpgradeClient } from './upgrade-client';

type Calls = Pick<
  UpgradeClient,
  'restorePoints' | 'restorePoint' | 'verifyRestorePoint' | 'fetchRestorePoint' | 'dropRestorePoints'
>;

/** A short run of its own for each question, through a worker. Two who ask the same at once get the same answer. */
export function restorePointCalls(asking: Asking): Calls {
  const read = 'openstackRestorePoints';
  return {
    restorePoints: ({ cloud }) =>
      answer({
        asking,
        type: read,
        id: `${cloud}.restore-points`,
        input: { cloud },
        summary: `${cloud}: list the restore points`,
      }),
    restorePoint: ({ cloud, restorePoint: show = 'latest' }) =>
      answer({
        asking,
        type: read,
        id: `${cloud}.restore-point.${show}.show`,
        input: { cloud, show },
        summary: `${cloud}: show restore point ${show}`,
      }),
    verifyRestorePoint: ({ cloud, restorePoint: verify = 'latest' }) =>
      answer({
        asking,
        type: read,
        id: `${cloud}.restore-point.${verify}.verify`,
        input: { cloud, verify },
        summary: `${cloud}: verify restore point ${verify}`,
      }),
    fetchRestorePoint: ({ cloud, restorePoint = 'latest' }) =>
      answer({
        asking,
        type: 'openstackFetchRestorePoint',
        id: `${cloud}.restore-point.${restorePoint}.fetch`,
        input: { cloud, restorePoint },
        summary: `${cloud}: fetch files of restore point ${restorePoint} from its second copy`,
      }),
    dropRestorePoints: (wish) =>
      answer({
        asking,
        type: 'openstackDropRestorePoints',
        id: `${wish.cloud}.restore-points.drop`,
        input: wish,
        summary: `${wish.cloud}: delete restore points`,
        // Another one that is open may be about other points.
        alone: true,
      }),
  };
}

/** Started within the time that a server has to answer; how long it reads is the restore point's matter. */
async function answer<T>(options: {
  readonly asking: Asking;
  readonly type: string;
  readonly id: string;
  readonly input: object;
  readonly summary: string;
  readonly alone?: true;
}): Promise<T> {
  const { asking, id } = options;
  const run = await askServer({ ...asking, run: id, ask: () => start({ ...options, ...asking }) });
  return askWorkerPatiently({ ...asking, run: id, ask: () => resultOf<T>(run) });
}

type Started = Awaited<ReturnType<typeof start>>;

function start(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly type: string;
  readonly id: string;
  readonly input: object;
  readonly summary: string;
  readonly alone?: true;
}) {
  const { client, taskQueue, type, id, input, summary, alone = false } = options;
  return client.workflow.start(type, {
    taskQueue,
    workflowId: id,
    workflowIdConflictPolicy: alone ? 'FAIL' : 'USE_EXISTING',
    args: [input],
    staticSummary: summary,
  });
}

/** @throws UpgradeError with the code that the run gave its failure: `restorePointUnknown`, `cloudUnknown` and others */
async function resultOf<T>(run: Started): Promise<T> {
  try {
    return (await run.result()) as T;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { code, message } = runErrorOf(error);
    throw new UpgradeError({ code, message, cause: error });
  }
}
