import { withoutOutput, type Outcome } from '../../schema/outcome';
import { at } from './moment';

/** How a step ended, well and at once unless the test says otherwise. */
export function toyOutcome(options: Pick<Outcome, 'stepId' | 'host'> & Partial<Outcome>): Outcome {
  const { kind = 'done' } = options;
  return {
    kind,
    generation: '0',
    sentence: kind,
    ...withoutOutput,
    stillRunning: kind === 'overtime',
    startedAt: at(0),
    endedAt: at(0),
    ...options,
  };
}
