import type { Finding } from '../../schema/plan';
import type { Violation } from '../check/plan-rule';
import { finding } from './finding';

/** How many violations of a plan are named: the first ones are the cause of the others. */
const named = 5;

/** The planner's own fault, found before a person is asked. Nothing about the cloud has to be put right. */
export function unsafeFindings(violations: readonly Violation[]): Finding[] {
  const [first] = violations;
  if (first === undefined) return [];
  const seen = violations.slice(0, named).map(({ rule, at, sentence }) => `${sentence} (${rule}, in ${at})`);
  const more = violations.length > named ? ` And ${String(violations.length - named)} more.` : '';
  return [
    finding({
      what: `unsafe-plan-${first.rule}`,
      level: 'blocker',
      text: `The plan would harm this cloud, so it is refused: ${seen.join('; ')}.${more}`,
      remedy: 'This is a fault of the product, not of your cloud. Nothing was changed. Report it with this text.',
      sources: [],
    }),
  ];
}
