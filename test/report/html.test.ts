import fc from 'fast-check';
import { makeReport, renderHtml, type Report } from '../../report';
import { toyAvailability, toyInput, toyInstalled } from '../support/run';

const report = makeReport({
  input: toyInput,
  availabilityText: toyAvailability,
  installed: toyInstalled,
  evidenceDigest: null,
});

/** Tags in order, as a browser would meet them: text that escaped its place would add some. */
const tagsOf = (page: string): string[] => [...page.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([tag]) => tag);

describe('the report as a page', () => {
  const page = renderHtml(report);

  it('shows every part of the report', () => {
    expect([...page.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, title]) => title)).toEqual([
      'Still to do',
      'Availability',
      'Expected and actual times',
      'Timeline',
      'Failures',
      'Versions',
      'Decisions',
      'Findings',
      'Every step',
      'Digests',
    ]);
    for (const text of [
      report.headline,
      report.usersGot ?? '',
      '; before, 0 of 3',
      'apt-mark unhold heat-common',
      'heat-api down: 33 s, 03:00:07 to 03:00:40',
      'accepted by ana: CHG-1042',
      'ERROR: &lt;lock wait timeout&gt; &amp; more',
      'Later: done. done',
      '<code>1:21.0.0-0lab1</code>',
      'From the first service that closed to the last that opened: 27 s; expected 20 s.',
      '<td class="number bad">30 s: exceeded</td>',
      'from the run of 2026-11-02',
      'heat was closed or down for 33 s, longer than its budget of 30 s.',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('has the time without samples where something measures', () => {
    const lastBeforeAt = '2026-11-30T12:00:00Z';
    const firstAfterAt = '2026-11-30T12:00:40Z';
    const gap = { meter: 'identity.users', host: 'ctl1', lastBeforeAt, firstAfterAt, seconds: 40 };
    const shown = renderHtml({ ...report, sampleGaps: [gap] });
    expect(shown).toContain('<h2>Time without samples</h2>');
    expect(shown).toMatch(/<td>identity\.users<\/td>.*12:00:00.*12:00:40.*40 s.*<td>ctl1<\/td>/);
  });

  it('has the samples that were counted, and says which could not be', () => {
    const [fromAt, toAt] = ['2026-11-30T12:00:00Z', '2026-11-30T12:10:00Z'];
    const one = { resources: 5, samples: 150, fromAt, toAt, intervalSeconds: 20, stepSeconds: 1, early: 5, twice: 3 };
    const meters = [{ meter: 'identity.users', ...one, exact: false }];
    const unseen = [{ meter: 'volume.size', stepSeconds: 300, intervalSeconds: 300 }];
    const shown = renderHtml({ ...report, sampleCounts: { meters, unseen } });
    expect(shown).toContain('<h2>Samples taken twice</h2>');
    expect(shown).toMatch(/<td>identity\.users<\/td><td class="number bad">3<\/td><td class="number">5<\/td>/);
    expect(shown).toContain('of two samples in the same step, one is not seen');
    expect(shown).toContain('Not counted: volume.size (kept every 5 min, polled every 5 min)');
    const exact = renderHtml({ ...report, sampleCounts: { meters: [{ ...meters[0]!, exact: true }], unseen: [] } });
    expect(exact).not.toContain('is not seen');
  });

  it('says first of what is to do which hosts have the release before', () => {
    const one = { service: 'ceilometer', host: 'cmp1', installed: '1:20.0.0', target: '1:21.0.0' };
    const shown = renderHtml({ ...report, remaining: [one, { ...one, host: 'cmp2', installed: null }] });
    expect(shown).toContain('<li>ceilometer on cmp1 is still at 1:20.0.0, and not at 1:21.0.0</li>');
    expect(shown).toContain('<li>ceilometer on cmp2 could not be read; the run did not upgrade it to 1:21.0.0</li>');
  });

  it('draws what waited as one curve, broken where nobody could tell', () => {
    const at = (second: number): string => new Date(Date.parse(report.startedAt) + second * 1000).toISOString();
    const waits = [0, 120, null, 3, 0].map((waiting, index) => ({ at: at(10 * index), waiting }));
    const backlog = { points: waits, most: 120, mostAt: at(10), last: 0 };
    const shown = renderHtml({ ...report, backlog });
    expect(shown.match(/<polyline class="curve"/g)).toHaveLength(2);
    expect(shown.match(/<circle class="curve-point"/g)).toHaveLength(4);
    expect(shown).toContain('At most 120 waited, at 03:00:10; at the end 0.');
    expect(shown).toContain('<title>03:00:10: 120</title>');
  });

  it('draws one bar a step, one strip an API and one mark a decision made while steps ran', () => {
    expect(page.match(/class="bar /g)).toHaveLength(report.steps.length);
    expect(page.match(/class="bar failed"/g)).toHaveLength(1);
    expect(page.match(/class="up"/g)).toHaveLength(2);
    expect(page.match(/class="down"/g)).toHaveLength(1);
    expect(page.match(/class="person-mark"/g)).toHaveLength(1);
  });

  it('needs nothing from elsewhere and runs no script', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/\b(src|href|srcset|action)\s*=/i);
    expect(page).not.toMatch(/@import|url\((?!#)/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('shows every step once, and a debt of several hosts once', () => {
    const finallyPhase = { ...report.phases[0]!, id: 'finally', title: 'Finally' };
    const [debt] = report.owed;
    const shown = renderHtml({
      ...report,
      phases: [...report.phases, finallyPhase],
      owed: [debt!, { ...debt!, host: 'ctl3' }],
    });
    expect(shown.match(/<code class="quiet">/g)).toHaveLength(report.steps.length);
    expect(shown).toContain('<b>ctl2, ctl3</b>');
    expect(shown.match(/apt-mark unhold/g)).toHaveLength(1);
  });

  it('closes what it opens', () => {
    const without = new Set(['<!doctype', '<meta', '<br', '<rect', '<line', '<circle']);
    const open: string[] = [];
    for (const tag of tagsOf(page)) {
      if (tag.startsWith('</')) {
        if (!without.has(tag.replace('/', ''))) expect(tag).toBe(`</${open.pop() ?? ''}`);
      } else if (!without.has(tag)) open.push(tag.slice(1));
    }
    expect(open).toEqual([]);
  });

  it('is made of a run that stopped before anything ran', () => {
    const empty = renderHtml({ ...report, state: 'rejected', steps: [], phases: [], availability: [], downtime: [] });
    expect(empty).toContain('No step ran.');
    expect(empty).toContain('No API was monitored.');
    expect(empty).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('has the same tags whatever hosts and people say', () => {
    const plain = tagsOf(renderHtml(poisoned({ base: report, text: 'x' })));
    const nasty = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        '</style></svg></pre><h1>',
        '<!--',
        ']]>',
        '${1}`',
        '&lt;b&gt;',
        '\u001b[31mred\u0000',
      ),
      fc.string({ unit: 'binary', minLength: 1 }).map((text) => `x${text}`),
    );
    fc.assert(
      fc.property(nasty, (text) => {
        const made = renderHtml(poisoned({ base: report, text }));
        expect(tagsOf(made)).toEqual(plain);
        // No quote of a person's ends an attribute.
        expect(made).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
      }),
    );
  });
});

/** The report with `text` wherever a host or a person had a say. */
function poisoned(options: { base: Report; text: string }): Report {
  const { base, text } = options;
  return {
    ...base,
    headline: text,
    remarks: [text],
    versionSentences: [text],
    steps: base.steps.map((step) => ({
      ...step,
      title: text,
      sentence: text,
      stdoutTail: `x${text}`,
      stderrTail: `x${text}`,
      answers: step.answers.map((answer) => ({ ...answer, by: text, reason: text })),
    })),
    decisions: base.decisions.map((decision) => ({ ...decision, by: text, reason: text, gate: text })),
    findings: base.findings.map((finding) => ({
      ...finding,
      id: text,
      text,
      remedy: text,
      sources: [text],
      reason: text,
    })),
    versions: base.versions.map((row) => ({ ...row, package: text, before: text, target: text, after: text })),
    owed: base.owed.map(() => ({ host: text, title: text, command: text })),
    availability: base.availability.map((api) => ({ ...api, api: text })),
    downtime: base.downtime.map((one) => ({ ...one, service: text, apis: [text] })),
  };
}
