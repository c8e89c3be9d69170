import { makeReport, renderHtml, type Report } from '../../report';
import { outcome, toyAvailability, toyInput, toyInstalled } from '../support/run';

interface Said {
  readonly step: string;
  readonly host: string;
  readonly lines: readonly string[];
}

const reportOf = (...said: readonly Said[]): Report => {
  const outcomes = said.map(({ step, host, lines }, index) => ({
    ...outcome({ stepId: `ceilometer/${step}`, host, phaseId: 'stop', from: 6 + index, to: 7 + index }),
    stdoutTail: `${lines.join('\n')}\n`,
  }));
  return makeReport({
    input: { ...toyInput, outcomes },
    availabilityText: toyAvailability,
    installed: toyInstalled,
    evidenceDigest: null,
  });
};

const queue = (name: string, messages: number, consumers: number, bytes: number): string =>
  ['queue', '/', name, messages, consumers, bytes, 34_000].join('\t');
const queues = (moment: string, ...lines: readonly string[]): Said => ({
  step: `queues-${moment}`,
  host: 'mq1',
  lines: [...lines, `${String(lines.length)} queues`],
});
const memory = (moment: string, host: string, mebibytes: number, seconds: number): Said => ({
  step: `memory-${moment}`,
  host,
  lines: [['memory', 'ceilometer-agent-notification', mebibytes * 1024, 2, seconds].join('\t')],
});

const before = queues('before', queue('notifications.info', 0, 2, 0), queue('notifications.sample', 4, 2, 4000));

describe('queues and memory of agents before and after', () => {
  it('are not told where there is none, or where the run did not come to the second look', () => {
    expect(reportOf().growth).toBeNull();
    expect(reportOf(before, memory('before', 'ctl1', 100, 9000)).growth).toBeNull();
  });

  it('names a queue that is new, and says that nobody takes from it', () => {
    const after = queues(
      'after',
      queue('notifications.info', 0, 2, 0),
      queue('notifications.sample', 2, 2, 5000),
      queue('volumes.sample', 3, 0, 3000),
    );
    const report = reportOf(before, after);
    expect(
      report.growth?.queues.map((one) => [one.queue, one.before?.bytes, one.after?.bytes, one.withoutConsumer]),
    ).toEqual([
      ['notifications.info', 0, 0, false],
      ['notifications.sample', 4000, 5000, false],
      ['volumes.sample', undefined, 3000, true],
    ]);
    const sentence = 'The queue volumes.sample on vhost / is new, and nobody takes from it: it only grows.';
    expect(report.remarks).toContain(sentence);
    const page = renderHtml(report);
    expect(page).toContain(sentence);
    expect(page).toContain('1000 → 2500');
  });

  it.each([
    ['twice as much, and more than 10 MiB', 8_000_000, 24_000_000, true],
    ['twice as much of little', 4000, 9000, false],
    ['more than 10 MiB, and not twice as much', 30_000_000, 45_000_000, false],
  ])('marks a queue that grew much: %s', (_, was, is, marked) => {
    const report = reportOf(
      queues('before', queue('metering.sample', 100, 1, was)),
      queues('after', queue('metering.sample', 100, 1, is)),
    );
    expect(report.growth?.queues.map(({ grewMuch }) => grewMuch)).toEqual([marked]);
    expect(report.remarks.some((one) => one.startsWith('The queue metering.sample'))).toBe(marked);
  });

  it.each([
    ['half as much again, and more than 50 MiB', 120, 190, true],
    ['half as much again of little', 60, 95, false],
    ['more than 50 MiB, and not half as much again', 400, 460, false],
  ])('marks an agent that grew much: %s', (_, was, is, marked) => {
    const report = reportOf(
      queues('before'),
      memory('before', 'ctl1', was, 90_000),
      memory('before', 'ctl2', 100, 90_000),
      queues('after'),
      memory('after', 'ctl1', is, 60),
      memory('after', 'ctl2', 101, 30),
    );
    expect(report.growth?.agents.map(({ host, grewMuch }) => [host, grewMuch])).toEqual([
      ['ctl1', marked],
      ['ctl2', false],
    ]);
    const sentence = `ceilometer-agent-notification on ctl1 uses ${String(is)} MiB, and used ${String(was)} MiB before.`;
    expect(report.remarks.includes(sentence)).toBe(marked);
  });

  it.each([
    ['nobody could read them', { ...before, lines: ['the queues could not be read: rabbitmqctl ended with 69'] }],
    ['the first of them are cut off', { ...before, lines: before.lines.slice(1) }],
  ])('calls no queue new where %s', (_, then) => {
    const { growth, remarks } = reportOf(then, queues('after', queue('notifications.info', 0, 2, 0)));
    expect(growth?.queues).toEqual([]);
    expect(growth?.unread).toEqual(['The queues could not be read at both moments, or there are too many of them.']);
    expect(remarks.filter((one) => one.startsWith('The queue'))).toEqual([]);
  });

  it('says of an agent that came or went that it did', () => {
    const { growth } = reportOf(queues('before'), queues('after'), memory('after', 'ctl1', 90, 30));
    expect(growth?.agents).toEqual([
      {
        unit: 'ceilometer-agent-notification',
        host: 'ctl1',
        before: null,
        after: { bytes: 90 * 2 ** 20, processes: 2, runsForSeconds: 30 },
        grewMuch: false,
      },
    ]);
  });
});
