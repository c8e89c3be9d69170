import { lostObjectsIn, lostObjectsSentence } from '../../schema/lost-objects';

describe('what a rollback takes away', () => {
  it('is named, with as many names as a person reads', () => {
    const text = '+\tstack\t2\tshop, web\n-\tstack\t1\told\n+\tuser\t9\ta, b, c, d, e, f, g, h\n?\tglance\n';
    expect(lostObjectsSentence(lostObjectsIn(text))).toBe(
      'Created since then, and lost: 2 stacks (shop, web), 9 users (a, b, c, d, e, f, g, h and 1 more). ' +
        'Deleted since then, and there again: 1 stack (old). What changed in glance cannot be listed. ' +
        'Changes of what existed then, and records of other kinds, are not listed.',
    );
  });

  it('is said to be nothing, or unknown, and never left out', () => {
    expect(lostObjectsSentence(lostObjectsIn(''))).toMatch(
      /^Created since then, and lost: nothing that is listed\. Deleted since then, and there again: nothing that is listed\./,
    );
    expect(lostObjectsSentence(null)).toBe('What that is, nobody has listed.');
  });
});
