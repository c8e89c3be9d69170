import { downtimeByApi, readSamples, sampleLine } from '../../../bench/cloud/downtime';

/** Every 200 ms from a second on; one character for each request: `.` good, `x` refused, `-` never answered. */
function requests(options: { readonly api: string; readonly answers: string }): string {
  const { api, answers } = options;
  const statusOf: Readonly<Record<string, number>> = { '.': 200, x: 503, '-': 0 };
  return answers
    .split('')
    .map((answer, index) =>
      sampleLine({
        api,
        askedAtMs: 1000 + index * 200,
        status: statusOf[answer] ?? 0,
        tookMs: answer === '-' ? 10_000 : 20,
      }),
    )
    .join('');
}

const down = (text: string): object => downtimeByApi(readSamples(text));

it('counts from the first failed request to the next good one, each API apart', () => {
  const text =
    requests({ api: 'heat-api', answers: '..xx-..x.' }) + requests({ api: 'keystone', answers: '.........' });
  expect(down(text)).toMatchObject([
    {
      api: 'heat-api',
      requests: 9,
      failures: 4,
      downSeconds: 0.8,
      outages: [
        { fromAtMs: 1400, seconds: 0.6 },
        { fromAtMs: 2400, seconds: 0.2 },
      ],
      goodAtBothEnds: true,
    },
    { api: 'keystone', downSeconds: 0, outages: [], goodAtBothEnds: true },
  ]);
});

it('orders by when requests were sent, because one that hung is written last', () => {
  const [first = '', hung = '', ...later] = requests({ api: 'heat-api', answers: '.-...' }).split(/(?<=\n)/);
  expect(down([first, ...later, hung].join(''))).toMatchObject([{ downSeconds: 0.2, goodAtBothEnds: true }]);
});

it('says when an API was down before, or is at the end, and how long nobody asked', () => {
  expect(down(requests({ api: 'heat-api', answers: 'x..' }))).toMatchObject([{ goodAtBothEnds: false }]);
  expect(down(requests({ api: 'heat-api', answers: '..x' }))).toMatchObject([{ goodAtBothEnds: false }]);
  const late = sampleLine({ api: 'heat-api', askedAtMs: 6200, status: 200, tookMs: 3000 });
  expect(down(requests({ api: 'heat-api', answers: '..' }) + late)).toMatchObject([
    { longestBlindSeconds: 5, slowestGoodSeconds: 3 },
  ]);
});

it('takes half a line for no sample', () => {
  expect(readSamples('1000\theat-api\t200\t20\n1200\theat-ap')).toEqual([
    { api: 'heat-api', askedAtMs: 1000, status: 200, tookMs: 20 },
  ]);
});
