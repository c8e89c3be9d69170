import type { Choice } from '../../../schema/decision';
import type { OutcomeKind } from '../../../schema/outcome';
import type { Effects } from '../../../workflows/execute/effects';
import type { ToyCall, ToyControls, ToyFate, ToyGate } from './scripted-cloud';

/**
 * A fate written down: ends by `step@host`, one an attempt, then `done`; answers in the order of the questions. `before`
 * may pause or cancel when it sees the next event coming.
 */
export function scripted(options: {
  ends?: Readonly<Record<string, readonly OutcomeKind[]>>;
  answers?: readonly Choice[];
  follow?: Effects['follow'];
  before?: (options: { readonly event: string; readonly controls: ToyControls }) => void;
}): ToyFate {
  const { ends = {}, answers = [], follow = null, before } = options;
  const left = Object.fromEntries(Object.entries(ends).map(([id, kinds]) => [id, [...kinds]]));
  const answersLeft = [...answers];
  return {
    follow,
    end: ({ id }: ToyCall) => ({ kind: left[id]?.shift() ?? 'done' }),
    answer: ({ question }: ToyGate) => {
      const answer = answersLeft.shift();
      if (answer === undefined) throw new Error(`nobody answers: ${question.question}`);
      return answer;
    },
    pick: ({ events, controls }) => {
      const [event] = events;
      if (event === undefined) {
        if (!controls.view().paused) throw new Error('nothing can happen any more, and the run has not ended');
        return { name: 'resume', happen: controls.resume };
      }
      before?.({ event: event.name, controls });
      return event;
    },
  };
}
