import type { OutcomeKind } from '../../../schema/outcome';
import type { Promises } from './promises';
import type { ToyCall, ToyEvent, ToyFate } from './scripted-cloud';

export interface Weather {
  readonly seed: number;
  /** Of a hundred ends, how many are bad. */
  readonly faultPercent: number;
  /** Of a hundred moments, in how many somebody pauses, resumes or cancels. */
  readonly meddlePercent: number;
  readonly mayCancel: boolean;
}

const bad: readonly OutcomeKind[] = [
  'failed',
  'failed',
  'notReady',
  'interrupted',
  'overtime',
  'unreachable',
  'noSpace',
  'hostFault',
  'fenced',
];

/** So that every run ends: after so many events nothing fails any more. */
const faultsEnd = 300;

/** Faults, answers and order out of one number; every start is held against the executor's promises. */
export function seeded(options: { weather: Weather; promises: Promises }): ToyFate {
  const { weather, promises } = options;
  const random = randomFrom(weather.seed);
  const percent = (): number => random() * 100;
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let events = 0;
  return {
    started: promises.started,
    end: (call: ToyCall) => {
      const good = events > faultsEnd || percent() >= weather.faultPercent;
      const kind = one(good ? (['done', 'unchanged'] as const) : bad);
      const command = call.step.kind !== 'probe';
      const stillRunning = command && (kind === 'overtime' || (kind === 'unreachable' && random() < 0.5));
      promises.ended({ call, stillRunning });
      return { kind, stillRunning };
    },
    answer: ({ question }) => {
      const repairs = question.choices.includes('repair') && percent() < 50;
      const choice = repairs ? 'repair' : one(question.choices);
      promises.answered({ question, choice });
      return choice;
    },
    pick: ({ events: possible, controls }) => {
      events++;
      promises.look(controls.view());
      const resume: ToyEvent = { name: 'resume', happen: controls.resume };
      const meddle: ToyEvent[] = [
        controls.view().paused ? resume : { name: 'pause', happen: controls.pause },
        ...(weather.mayCancel ? [{ name: 'cancel', happen: controls.cancel }] : []),
      ];
      if (possible.length === 0 && controls.view().paused) return resume;
      if (possible.length === 0) throw new Error('nothing can happen any more, and the run has not ended');
      return events <= faultsEnd && percent() < weather.meddlePercent ? one(meddle) : one(possible);
    },
  };
}

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
