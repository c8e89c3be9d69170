import { foreignLoad, parseProcessorTime } from '../../bench/machine-load';

const stat = `cpu  100 10 50 800 20 5 15 30 7 0
cpu0 50 5 25 400 10 2 7 15 3 0
intr 1
`;

it('reads the time of all processors: interrupts are idle, stolen time is busy, guests are in user time', () => {
  expect(parseProcessorTime(stat)).toEqual({ busyMs: 1900, totalMs: 10_300 });
});

it.each([
  { oursMs: 500, expected: 0.25 },
  { oursMs: 1000, expected: 0 },
  { oursMs: 1010, expected: 0 }, // the two clocks differ by a tick
])('of 1000 ms busy in 2000, $oursMs ours: $expected is foreign', ({ oursMs, expected }) => {
  const load = foreignLoad({
    before: { busyMs: 4000, totalMs: 10_000 },
    after: { busyMs: 5000, totalMs: 12_000 },
    oursMs,
  });
  expect(load).toBe(expected);
});
