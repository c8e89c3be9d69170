import type { ServingMark } from '../../schema/expected-times';
import type { ServiceName } from '../../schema/names';
import type { Phase } from '../../schema/plan';
import type { Sizes } from './step-seconds';
import { phaseTimeline } from './timeline';

/** Phases in the order in which they go, each with the time that it is expected to take. */
interface Expected {
  readonly phases: readonly (Pick<Phase, 'id' | 'batches' | 'serving'> & { readonly seconds: number })[];
  readonly marks: readonly ServingMark[];
  readonly sizes: Sizes;
}

interface Spans {
  readonly closedAt: Readonly<Record<ServiceName, number>>;
  readonly seconds: Readonly<Record<ServiceName, number>>;
  /** In which at least one was closed, up to the last event. */
  readonly closedSeconds: number;
  readonly lastAt: number;
}

/**
 * How long each service is expected to be closed, and how long at least one of them is. A phase whose time comes from an
 * earlier run stretches its steps alike.
 */
export function expectedOutage(options: Expected): {
  readonly byService: Readonly<Record<ServiceName, number>>;
  readonly seconds: number;
} {
  const { events, endsAt } = eventsOf(options);
  const spans = events.reduce<Spans>(moved, { closedAt: {}, seconds: {}, closedSeconds: 0, lastAt: 0 });
  // What nothing opens again stays closed to the end.
  const { seconds, closedSeconds } = moved(spans, {
    at: endsAt,
    closes: [],
    opens: Object.keys(spans.closedAt),
  });
  return { byService: seconds, seconds: closedSeconds };
}

interface Event extends Pick<ServingMark, 'closes' | 'opens'> {
  readonly at: number;
}

function eventsOf({ phases, marks, sizes }: Expected): {
  readonly events: readonly Event[];
  readonly endsAt: number;
} {
  let begins = 0;
  const events = phases.flatMap((phase): readonly Event[] => {
    const { seconds, moments } = phaseTimeline({ phase, sizes });
    const [from, stretch] = [begins, phase.seconds / seconds];
    begins += phase.seconds;
    return moments.flatMap(({ step, host, ...moment }) => {
      const mark = marks.find((one) => one.stepId === step.id && one.host === host);
      return mark === undefined ? [] : [{ ...mark, at: from + moment.seconds * stretch }];
    });
  });
  return { events, endsAt: begins };
}

function moved(spans: Spans, { at, closes, opens }: Event): Spans {
  const closed = closes.filter((service) => spans.closedAt[service] === undefined);
  const opened = opens.flatMap((service) => {
    const since = spans.closedAt[service];
    return since === undefined ? [] : [[service, (spans.seconds[service] ?? 0) + at - since] as const];
  });
  const still = Object.entries(spans.closedAt).filter(([service]) => !opens.includes(service));
  return {
    closedAt: Object.fromEntries([...still, ...closed.map((service) => [service, at] as const)]),
    seconds: { ...spans.seconds, ...Object.fromEntries(opened) },
    closedSeconds: spans.closedSeconds + (Object.keys(spans.closedAt).length > 0 ? at - spans.lastAt : 0),
    lastAt: at,
  };
}
