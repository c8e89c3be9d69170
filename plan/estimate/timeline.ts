import type { HostName } from '../../schema/names';
import type { Batch, Phase, Step } from '../../schema/plan';
import { stagesOf, withoutConfirms } from '../../schema/walk-plan';
import { stepSeconds, type Sizes } from './step-seconds';

/** When a step is done, in seconds after its phase began. */
export interface Moment {
  readonly host: HostName;
  readonly step: Step;
  readonly seconds: number;
}

/** A phase as it is expected to go: its length, and every step of it in the order in which they end. */
export interface Timeline {
  readonly seconds: number;
  readonly moments: readonly Moment[];
}

/** A look before a phase, and what the workflow adds to each one. */
const phaseSeconds = 0.5;

export function phaseTimeline(options: { phase: Pick<Phase, 'batches' | 'serving'>; sizes: Sizes }): Timeline {
  const { phase, sizes } = options;
  const { batches, serving } = phase;
  return batchesTimeline({ batches: serving === null ? batches : [...batches, withoutConfirms(serving)], sizes });
}

/** As a run walks them: stages one after the other, their lanes side by side, and so the hosts of a batch. */
export function batchesTimeline(options: { batches: readonly Batch[]; sizes: Sizes }): Timeline {
  const { batches, sizes } = options;
  const whole = inTurn({
    parts: stagesOf(batches),
    from: phaseSeconds,
    timeline: ({ part: lanes, from }) =>
      beside(
        lanes.map((lane) =>
          inTurn({
            parts: lane,
            from,
            timeline: ({ part: batch, from: begins }) => batchTimeline({ batch, sizes, from: begins }),
          }),
        ),
      ),
  });
  return { ...whole, moments: [...whole.moments].sort((a, b) => a.seconds - b.seconds) };
}

function batchTimeline(options: { batch: Batch; sizes: Sizes; from: number }): Timeline {
  const { batch, sizes, from } = options;
  return beside(
    batch.hosts.map((host) =>
      inTurn({
        parts: batch.steps,
        from,
        timeline: ({ part: step, from: begins }) => {
          const seconds = begins + stepSeconds({ step, host, sizes });
          return { seconds, moments: [{ host, step, seconds }] };
        },
      }),
    ),
  );
}

/** Each part begins where the one before has ended. */
function inTurn<Part>(options: {
  parts: readonly Part[];
  from: number;
  timeline: (one: { readonly part: Part; readonly from: number }) => Timeline;
}): Timeline {
  const { parts, from, timeline } = options;
  return parts.reduce<Timeline>(
    ({ seconds, moments }, part) => {
      const next = timeline({ part, from: seconds });
      return { seconds: next.seconds, moments: [...moments, ...next.moments] };
    },
    { seconds: from, moments: [] },
  );
}

/** The longest one counts. */
function beside(timelines: readonly Timeline[]): Timeline {
  return {
    seconds: Math.max(...timelines.map(({ seconds }) => seconds)),
    moments: timelines.flatMap(({ moments }) => moments),
  };
}
