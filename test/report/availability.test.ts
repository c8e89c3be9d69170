import fc from 'fast-check';
import { availabilityOf, type ApiWatch } from '../../report';
import { at } from '../support/moment';
import { line } from '../support/run';

const watch = (text: string, baselineEndsAt: string | null = null): ApiWatch => {
  const [only] = availabilityOf({ text, baselineEndsAt }).apis;
  if (only === undefined) throw new Error('no API in this text');
  return only;
};

const heat = (second: number, code: number, ms = 100): string => line({ second, api: 'heat-api', code, ms });

describe('availability of an API', () => {
  it('measures an outage from the last good answer to the next', () => {
    const text = [heat(0, 200), heat(1, 503), heat(2, 0, 500), heat(3, 300), heat(4, 200)].join('');
    expect(availabilityOf({ text, baselineEndsAt: null })).toEqual({
      unreadLines: 0,
      apis: [
        {
          api: 'heat-api',
          requests: 5,
          failures: 2,
          longestGapMs: 3000,
          downtimeMs: 3000,
          outages: [{ fromAt: at(0.1), toAt: at(3.1) }],
          firstAt: at(0),
          lastAt: at(4.1),
          baseline: { requests: 0, failures: 0, longestGapMs: 0 },
          downFromStart: false,
          downAtEnd: false,
          slowestGoodMs: 100,
          blind: [],
        },
      ],
    });
  });

  it('counts a slow good answer as a gap and not as downtime', () => {
    const seen = watch([heat(0, 200), heat(1, 200, 4000), heat(6, 200)].join(''));
    expect([seen.longestGapMs, seen.downtimeMs, seen.outages, seen.slowestGoodMs]).toEqual([4900, 0, [], 4000]);
  });

  it('lets an outage that never ended last until the last request was over', () => {
    const seen = watch([heat(0, 200), heat(1, 503), heat(2, 0, 5000)].join(''));
    expect(seen.outages).toEqual([{ fromAt: at(0.1), toAt: at(7) }]);
    expect([seen.downAtEnd, seen.downtimeMs, seen.longestGapMs]).toEqual([true, 6900, 6900]);
  });

  it('says that an API was down before anybody touched it', () => {
    const seen = watch([heat(0, 503), heat(1, 503), heat(2, 200)].join(''));
    expect([seen.downFromStart, seen.outages]).toEqual([true, [{ fromAt: at(0), toAt: at(2.1) }]]);
  });

  it('keeps what was seen before anything was altered apart', () => {
    const seen = watch([heat(0, 503), heat(1, 200), heat(2, 503), heat(3, 200), heat(4, 200)].join(''), at(2.5));
    expect(seen.baseline).toEqual({ requests: 3, failures: 2, longestGapMs: 1100 });
    expect([seen.requests, seen.failures]).toEqual([2, 0]);
    // The outage that was still going on when the first phase began: only what lay in the run.
    expect(seen.outages).toEqual([{ fromAt: at(2.5), toAt: at(3.1) }]);
  });

  it('lets an outage that the run began not reach back into what it is held against', () => {
    const seen = watch([heat(0, 200), heat(1, 200), heat(2, 503), heat(4, 200)].join(''), at(1.5));
    expect([seen.baseline, seen.downtimeMs]).toEqual([{ requests: 2, failures: 0, longestGapMs: 1000 }, 2600]);
  });

  it('marks the time in which nobody asked, and calls it neither up nor down', () => {
    const seen = watch([heat(0, 200), heat(100, 200)].join(''));
    expect([seen.blind, seen.downtimeMs]).toEqual([[{ fromAt: at(0.1), toAt: at(100) }], 0]);
  });

  it('leaves out the line that is still being written', () => {
    const whole = heat(0, 200) + heat(1, 503) + heat(2, 200);
    for (let length = heat(0, 200).length; length < whole.length; length++) {
      const { apis, unreadLines } = availabilityOf({ text: whole.slice(0, length), baselineEndsAt: null });
      expect([apis[0]?.requests, unreadLines]).toEqual([length < (heat(0, 200) + heat(1, 503)).length ? 1 : 2, 0]);
    }
  });

  it('counts lines that a full disk tore apart', () => {
    const text = heat(0, 200) + '1795230001\theat-1795230002000\tkeystone\t200\t3\n' + heat(3, 200);
    const { apis, unreadLines } = availabilityOf({ text, baselineEndsAt: null });
    expect([apis[0]?.requests, unreadLines]).toEqual([2, 1]);
  });

  it('knows no API in an empty file', () => {
    expect(availabilityOf({ text: '', baselineEndsAt: null })).toEqual({ apis: [], unreadLines: 0 });
  });

  it('reads a whole day of one API', () => {
    const text = Array.from({ length: 172_800 }, (_, index) => heat(index / 2, index === 9 ? 503 : 200, 5)).join('');
    const seen = watch(text);
    expect([seen.requests, seen.failures, seen.downtimeMs]).toEqual([172_800, 1, 1000]);
  });
});

const answers = fc.array(fc.record({ good: fc.boolean(), pauseMs: fc.nat(6000), ms: fc.nat(5000) }), { minLength: 1 });

/** What the watch would have written, one request after the other. */
function written(list: readonly { good: boolean; pauseMs: number; ms: number }[]): string {
  let second = 0;
  return list
    .map(({ good, pauseMs, ms }) => {
      const text = heat(second, good ? 200 : 503, ms);
      second += (ms + pauseMs) / 1000;
      return text;
    })
    .join('');
}

describe('availability, whatever was answered', () => {
  it('holds no more downtime than the watch lasted, and none without a failure', () => {
    fc.assert(
      fc.property(answers, (list) => {
        const seen = watch(written(list));
        const lengths = seen.outages.map(({ fromAt, toAt }) => Date.parse(toAt) - Date.parse(fromAt));
        expect(seen.downtimeMs).toBe(lengths.reduce((sum, one) => sum + one, 0));
        expect(lengths.every((length) => length >= 0 && length <= seen.longestGapMs)).toBe(true);
        expect(seen.downtimeMs).toBeLessThanOrEqual(Date.parse(seen.lastAt) - Date.parse(seen.firstAt));
        expect(seen.outages.length > 0).toBe(list.some(({ good }) => !good));
      }),
    );
  });

  it('covers every failed request by an outage', () => {
    fc.assert(
      fc.property(answers, (list) => {
        const text = written(list);
        const { outages } = watch(text);
        const failed = text.split('\n').filter((row) => row.includes('\t503\t'));
        for (const row of failed) {
          const answeredAtMs = Number(row.split('\t')[0]) + Number(row.split('\t')[3]);
          const covering = outages.filter(
            ({ fromAt, toAt }) => Date.parse(fromAt) <= answeredAtMs && answeredAtMs <= Date.parse(toAt),
          );
          expect(covering.length).toBeGreaterThanOrEqual(1);
        }
        // Outages come in order and never overlap.
        outages.slice(1).forEach((outage, index) => {
          expect(outage.fromAt >= (outages[index]?.toAt ?? '')).toBe(true);
        });
      }),
    );
  });

  it('does not depend on how the lines of several APIs are mixed, nor on their order', () => {
    fc.assert(
      fc.property(answers, fc.infiniteStream(fc.nat()), (list, keys) => {
        const lines = written(list).split('\n').slice(0, -1);
        const mixed = [...lines, ...lines.map((row) => row.replace('heat-api', 'keystone'))]
          .map((row) => ({ row, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => `${row}\n`)
          .join('');
        const { apis } = availabilityOf({ text: mixed, baselineEndsAt: null });
        const alone = watch(written(list));
        // Two answers at one instant have no order of their own.
        const instants = lines.map((row) => Number(row.split('\t')[0]) + Number(row.split('\t')[3]));
        fc.pre(new Set(instants).size === instants.length);
        expect(apis).toEqual([alone, { ...alone, api: 'keystone' }]);
      }),
    );
  });
});
