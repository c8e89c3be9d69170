import { lossesOf, lostObjectsIn, lostObjectsSentence } from '../../schema/lost-objects';

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

  it('says with which moment it compares: the earliest, where there are several', () => {
    const text = '@\theat\t2026-11-30 03:12:05\n@\tkeystone\t2026-11-30 03:11:58\n';
    expect(lostObjectsSentence(lostObjectsIn(text))).toMatch(
      /^The state to return to was listed at 2026-11-30 03:11:58 UTC\. Created since then/,
    );
  });

  it('is accepted kind by kind: what comes again, and what cannot be listed, too', () => {
    const text = '+\tstack\t2\tshop, web\n+\tstack snapshot\t1\tbefore\n-\tstack\t1\told\n?\tglance\n';
    expect(lossesOf(lostObjectsIn(text))).toEqual([
      { id: 'lost-stacks', text: 'Created since then, and lost: 2 stacks (shop, web).' },
      { id: 'lost-stack-snapshots', text: 'Created since then, and lost: 1 stack snapshot (before).' },
      { id: 'restored-stacks', text: 'Deleted since then, and there again: 1 stack (old).' },
      { id: 'losses-not-listed-glance', text: 'What changed in glance cannot be listed.' },
    ]);
    expect(lossesOf(lostObjectsIn(''))).toEqual([]);
    expect(lossesOf(null).map(({ id }) => id)).toEqual(['losses-not-listed']);
  });
});
