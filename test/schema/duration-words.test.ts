import { inWords, limitInWords, roughly } from '../../schema/duration-words';

describe('durations in words', () => {
  it.each([
    [3, 'under 10 s'],
    [12, '10 s'],
    [46.4, '45 s'],
    [118, '2 min'],
    [3599, '1 h 00 min'],
    [4210, '1 h 10 min'],
  ])('%s s that nobody has measured are %s', (seconds, words) => {
    expect(roughly(seconds)).toBe(words);
  });

  it.each([
    [0, '0 s'],
    [90, '90 s'],
    [900, '15 min'],
    [930, '930 s'],
    [3600, '1 h'],
    [5400, '1 h 30 min'],
  ])('a limit of %s s is %s, to the second', (seconds, words) => {
    expect(limitInWords(seconds)).toBe(words);
  });

  it('measured ones are as precise as a person needs', () => {
    expect([850, 4200, 31_000, 252_000, 3_840_000].map(inWords)).toEqual([
      '850 ms',
      '4.2 s',
      '31 s',
      '4 min 12 s',
      '1 h 04 min',
    ]);
  });
});
