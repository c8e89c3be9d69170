import { allHandlersFinished, condition, defineUpdate, setHandler } from '@temporalio/workflow';
import { failureType } from '../schema/failure';
import { startOfOutput, type OutputPart, type OutputPlace, type OutputWish } from '../schema/output';
import { boundId } from '../schema/step-name';
import { failWith, ownFailure } from './failures';
import { activities } from './timeouts';

/** A reader who follows asks again within the second. */
const idleSeconds = 60;

/** Every part is kept in the history, which may have 50 MB. The reader begins another run, and reads on. */
const mostParts = 100;

const readPart = defineUpdate<OutputPart, [OutputWish | undefined]>('read');

/**
 * Hands over what one attempt of a step has printed: the update `read` returns the next part, and where the
 * one after it begins. Ends by itself when everything is read, or nobody has asked for a minute. Alters nothing.
 */
export async function openstackStepOutput(place: OutputPlace | undefined): Promise<void> {
  if (place === undefined || !isPlace(place))
    throw failWith({
      type: failureType.requestInvalid,
      sentence:
        'The request needs cloud, runId, host, stepId and generation of a step. Nothing was read. Use: openstack-upgrade logs STEP.',
    });
  const reading = { asked: 0, inProgress: 0, complete: false };
  setHandler(
    readPart,
    async (wish = { from: startOfOutput, follow: false }) => {
      reading.asked += 1;
      reading.inProgress += 1;
      try {
        const part = await read({ place, wish });
        reading.complete = part.complete;
        return part;
      } catch (error) {
        throw ownFailure(error);
      } finally {
        reading.inProgress -= 1;
      }
    },
    { description: 'The next part of the output. Without a value: from the beginning.' },
  );
  for (let seen = 0; !reading.complete && seen < mostParts; seen = reading.asked) {
    const before = seen;
    if (!(await condition(() => reading.asked > before, idleSeconds * 1000))) break;
    await condition(() => reading.inProgress === 0);
  }
  await condition(allHandlersFinished);
}

function read({ place, wish }: { readonly place: OutputPlace; readonly wish: OutputWish }): Promise<OutputPart> {
  const summary = `${boundId(place)}: read what it has printed`;
  return activities.readOutput.executeWithOptions({ summary }, [{ ...place, ...wish }]);
}

function isPlace(place: OutputPlace): boolean {
  const { cloud, runId, host, stepId, generation } = place;
  return [cloud, runId, host, stepId, generation].every((word) => typeof word === 'string' && word !== '');
}
