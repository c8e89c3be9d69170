import fc from 'fast-check';
import { fromTextsOnce, withTextsOnce } from '../../schema/texts-once';

const long = (letter: string): string => letter.repeat(120);

describe('texts that stand in a plan more than once', () => {
  it('are kept once, and come back where they were', () => {
    const value = { steps: [{ script: long('a') }, { script: long('a'), run: long('b') }], short: ['x', 'x'] };
    const packed = withTextsOnce(value);
    expect(packed.texts).toEqual([long('a')]);
    expect(JSON.stringify(packed).split(long('a'))).toHaveLength(2);
    expect(fromTextsOnce(packed)).toEqual(value);
  });

  it('leave a plan as it is that an earlier release has packed', () => {
    const plan = { plan: { phases: [] }, digest: 'd1ge57', runbook: long('c') };
    expect(fromTextsOnce(plan)).toEqual(plan);
  });

  it('come back whatever JSON says', () => {
    const text = fc.constantFrom(long('a'), long('b'), '', 'constructor', '__proto__x');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
          tie('node'),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        const told: unknown = JSON.parse(JSON.stringify(value));
        expect(fromTextsOnce(JSON.parse(JSON.stringify(withTextsOnce(value))))).toEqual(told);
      }),
    );
  });
});
