import { WithStartWorkflowOperation } from '@temporalio/client';
import type { OutputPart, OutputPlace, OutputWish } from '../schema/output';
import { boundId } from '../schema/step-name';
import { askWorker, type Asking } from './ask-run';
import { UpgradeError } from './upgrade-error';

interface Ask extends Asking {
  /** Tells readers apart. */
  readonly reader: string;
  readonly place: OutputPlace;
  readonly wish: OutputWish;
}

/**
 * Asks a worker for the next part of a step's output: by a run of its own for each reader, which is there already, or
 * begins. Parts stand in its history, and not in that of the upgrade.
 */
export async function readPart(options: Ask): Promise<OutputPart> {
  try {
    return await readOnce(options);
  } catch (error) {
    // That run ends when it was not asked for a minute, or has handed over enough. Another one begins where it ended.
    const hasEnded = error instanceof UpgradeError && (error.code === 'runEnded' || error.code === 'runNotFound');
    if (!hasEnded) throw error;
    return readOnce(options);
  }
}

function readOnce(options: Ask): Promise<OutputPart> {
  const { client, taskQueue, reader, place, wish } = options;
  const workflowId = `${place.cloud}.output.${reader}`;
  const startWorkflowOperation = new WithStartWorkflowOperation<(place: OutputPlace) => Promise<void>>(
    'openstackStepOutput',
    {
      taskQueue,
      workflowId,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [place],
      staticSummary: `${place.cloud}: read the output of ${boundId(place)}`,
    },
  );
  const ask = (): Promise<OutputPart> =>
    client.workflow.executeUpdateWithStart<(place: OutputPlace) => Promise<void>, OutputPart, [OutputWish]>('read', {
      args: [wish],
      startWorkflowOperation,
    });
  return askWorker({ ...options, run: workflowId, ask });
}
