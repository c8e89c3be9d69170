import type { CloudFacts } from '../../catalog/facts';
import { roughly } from '../../schema/duration-words';
import type { Request } from '../../schema/request';
import type { Ordered } from '../blocks/phase';
import { cloudBefore } from '../cloud-state';
import { dumpSecondsOf } from '../draw-up';
import { expectedOutage } from '../estimate/expected-outage';
import { servingMarks } from '../estimate/serving-marks';
import { schemaBytesOf } from '../estimate/surveyed-sizes';
import { phaseTimeline } from '../estimate/timeline';
import { stagedOf, type Staged } from '../scope/lead';
import type { Scope } from '../scope/scope';
import { allAtOnce } from './all-at-once';
import { stagedOrder } from './staged';

/** The order of a full upgrade, and the sentence that says why it is this one. */
export interface FullOrder {
  /** Null: every host at once. */
  readonly staged: Staged | null;
  readonly phases: readonly Ordered[];
  readonly why: string;
}

interface Subject {
  readonly scope: Scope;
  readonly facts: CloudFacts;
  readonly request: Request;
}

/**
 * The one that the request wants, else the one in which the service that is closed longest is closed for less time. By sizes alone and not by earlier
 * runs: the same cloud gives the same plan, whatever was recorded of the one order or the other.
 */
export function chooseFullOrder(subject: Subject): FullOrder {
  const { scope, facts, request } = subject;
  const dumpSeconds = dumpSecondsOf(facts);
  const atOnce = (why: string): FullOrder => ({ staged: null, phases: allAtOnce({ scope, facts, dumpSeconds }), why });
  const found = stagedOf(scope);
  if ('why' in found) return atOnce(`A staged order is not possible: ${found.why}.`);
  const inStages = (why: string): FullOrder => ({
    staged: found,
    phases: stagedOrder({ staged: found, dumpSeconds }),
    why,
  });
  switch (request.options.full?.order) {
    case 'staged':
      return inStages('The request wants it so.');
    case 'allAtOnce':
      return atOnce('The request wants it so.');
    case undefined: {
      const orders = [inStages(''), atOnce('')] as const;
      const [staged, other] = orders.map(({ phases }) => longestOutage({ ...subject, phases })) as [number, number];
      const shorter = Math.min(staged, other);
      const why = `The longest outage of a service is expected to be ${roughly(shorter)}, and ${roughly(Math.max(staged, other))} in the other order.`;
      return { ...orders[staged < other ? 0 : 1], why };
    }
  }
}

function longestOutage(options: Subject & { readonly phases: readonly Ordered[] }): number {
  const { scope, facts } = options;
  const sizes = { schemaBytes: schemaBytesOf(facts), packageSets: scope.packageSets };
  const phases = options.phases.map((phase) => ({ ...phase, serving: null }));
  const { marks } = servingMarks({ phases, state: cloudBefore({ scope, facts }), sizes });
  const timed = phases.map((phase) => ({ ...phase, seconds: phaseTimeline({ phase, sizes }).seconds }));
  return Math.max(0, ...Object.values(expectedOutage({ phases: timed, marks, sizes }).byService));
}
