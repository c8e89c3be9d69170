import { rules, type RuleId } from '../../catalog/rules';
import type { Rule } from '../../catalog/rules/rule';

const all: readonly (readonly [string, Rule])[] = Object.entries(rules);

describe('rules', () => {
  it('an id that nothing explains does not compile', () => {
    const cited: RuleId = 'R-HEAT-11';
    // @ts-expect-error no rule has this id
    const unknown: RuleId = 'rule 99';
    expect([cited, unknown].map((id) => id in rules)).toEqual([true, false]);
  });

  it.each([
    ['R-HEAT-', 30],
    ['R-OPS-', 74],
    ['R-CEIL-', 32],
    ['fact ', 16],
    ['trap ', 54],
  ])('%s has every number from 1 to %i', (prefix, last) => {
    const wanted = Array.from({ length: last }, (_, index) => `${prefix}${String(index + 1)}`);
    expect(wanted.filter((id) => !(id in rules))).toEqual([]);
  });

  it.each(all)('%s has at most eight words, one sentence and a source', (_, { words, sentence, source }) => {
    expect(words.split(' ').length).toBeLessThanOrEqual(8);
    expect(sentence).toMatch(/^\S.*[^.]\.$/);
    expect(sentence).not.toMatch(/[.?!] [A-Z]/);
    expect(source.kind === 'text' ? source.url : source.what).toMatch(source.kind === 'text' ? /^https:\/\// : /\S/);
  });

  it('no two rules have the same words: a runbook tells them apart', () => {
    const words = all.map(([, rule]) => rule.words);
    expect(words.filter((one, index) => words.indexOf(one) !== index)).toEqual([]);
  });
});
