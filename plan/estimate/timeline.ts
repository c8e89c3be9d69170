import type { HostName } from '../../schema/names';
import type { Batch, Phase, Step } from '../../schema/plan';
import { withoutConfirms } from '../../schema/walk-plan';
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

/** Batches one after the other; the hosts of a batch side by side, each through the same list. */
export function batchesTimeline(options: { batches: readonly Batch[]; sizes: Sizes }): Timeline {
  const { batches, sizes } = options;
  const { seconds, moments } = batches.reduce<Timeline>(
    (before, batch) => {
      const own = batch.hosts.map((host) => hostTimeline({ host, steps: batch.steps, sizes, from: before.seconds }));
      return {
        seconds: Math.max(before.seconds, ...own.map((one) => one.seconds)),
        moments: [...before.moments, ...own.flatMap((one) => one.moments)],
      };
    },
    { seconds: phaseSeconds, moments: [] },
  );
  return { seconds, moments: [...moments].sort((a, b) => a.seconds - b.seconds) };
}

function hostTimeline(options: { host: HostName; steps: readonly Step[]; sizes: Sizes; from: number }): Timeline {
  const { host, steps, sizes, from } = options;
  return steps.reduce<Timeline>(
    ({ seconds, moments }, step) => {
      const end = seconds + stepSeconds({ step, host, sizes });
      return { seconds: end, moments: [...moments, { host, step, seconds: end }] };
    },
    { seconds: from, moments: [] },
  );
}
