import { rules } from '../../catalog/rules';
import type { Rule } from '../../catalog/rules/rule';

const byId: Readonly<Record<string, Rule | undefined>> = rules;

const columns = 100;

/**
 * Cited ids with their words: `follows: R-OPS-9 be ready to roll back; trap 44 disk full`. A line breaks between two of
 * them, never within one. The words are not in the plan: what Temporal records stays small.
 */
export function ruleLines(options: { lead: string; ids: readonly string[]; indent: string }): string[] {
  const { lead, ids, indent } = options;
  const hanging = indent + ' '.repeat(lead.length + 1);
  return ids.map(withWords).reduce<string[]>((done, one) => {
    const last = done.at(-1);
    if (last === undefined) return [`${indent}${lead} ${one}`];
    const longer = `${last}; ${one}`;
    return longer.length < columns ? [...done.slice(0, -1), longer] : [...done.slice(0, -1), `${last};`, hanging + one];
  }, []);
}

/** A plan that another release recorded may cite what this one has not: that stands as it is. */
function withWords(id: string): string {
  const rule = byId[id];
  return rule === undefined ? id : `${id} ${rule.words}`;
}
