import type { ServingMark } from '../../schema/expected-times';
import type { Phase } from '../../schema/plan';
import { after, type CloudState } from '../cloud-state';
import { servicesOf, whoServes } from '../who-serves';
import { phaseTimeline } from './timeline';
import type { Sizes } from './step-seconds';

interface Walked {
  readonly state: CloudState;
  readonly marks: readonly ServingMark[];
}

/** The steps of these phases after which nobody serves a service any more, or somebody does again. */
export function servingMarks(options: {
  phases: readonly Pick<Phase, 'batches' | 'serving'>[];
  state: CloudState;
  sizes: Sizes;
}): Walked {
  const { phases, sizes } = options;
  const moments = phases.flatMap((phase) => phaseTimeline({ phase, sizes }).moments);
  return moments.reduce<Walked>(
    ({ state, marks }, { host, step }) => {
      const next = after({ state, host, step });
      const [before, now] = [servedIn(state), servedIn(next)];
      const closes = before.filter((service) => !now.includes(service));
      const opens = now.filter((service) => !before.includes(service));
      if (closes.length + opens.length === 0) return { state: next, marks };
      return { state: next, marks: [...marks, { stepId: step.id, host, closes, opens }] };
    },
    { state: options.state, marks: [] },
  );
}

function servedIn(state: CloudState): string[] {
  return servicesOf(state).filter((service) => whoServes({ state, service }).length > 0);
}
