import { statusRows } from '../../client/rows';
import { makeReport, renderHtml } from '../../report';
import type { PhaseStatus, RunState, RunStatus } from '../../schema/status';
import { phaseLooks, runLooks } from '../../schema/words';
import { renderDetails } from '../../workflows/desk/details';
import { at } from '../support/moment';
import { toyGate, phaseStatus, toyStatus } from '../support/run-status';
import { toyInput } from '../support/run';

const page = (status: RunStatus): string => renderDetails({ status, sentence: '' });
const terminal = (status: RunStatus): string[] =>
  statusRows({ status, workflowId: 'w', now: at(62) }).map(({ text }) => text.trimStart());
const report = (part: Partial<typeof toyInput>): string =>
  renderHtml(
    makeReport({ input: { ...toyInput, ...part }, availabilityText: '', installed: [], evidenceDigest: null }),
  );

const askedAbout = (phaseId: string): RunStatus['gates'] => [{ ...toyGate, about: { kind: 'phase', phaseId } }];

describe('a state, wherever people meet it', () => {
  it.each(Object.keys(runLooks) as RunState[])('a run that is %s has the same words everywhere', (state) => {
    const { words } = runLooks[state];
    const status = toyStatus({ state, phases: [], running: [] });
    expect(page(status).split('\n')[0]).toMatch(new RegExp(`· ${words}$`));
    expect(terminal(status)[0]).toContain(`   ${words}   `);
    expect(report({ state })).toContain(`">${words}</span>`);
  });

  it.each(['waiting', 'running', 'complete', 'leftOut', 'stopped'] as const)(
    'a phase that is %s has the same mark and words everywhere',
    (state: PhaseStatus['state']) => {
      const { mark, words } = phaseLooks[state];
      const status = toyStatus({ phases: [phaseStatus('stop', state, null, null)], running: [] });
      expect(page(status)).toMatch(new RegExp(`^${mark} .*Phase stop$`, 'm'));
      expect(terminal(status)).toContainEqual(expect.stringMatching(new RegExp(`^${mark} Phase stop`)));
      expect(report({ phases: [{ ...toyInput.phases[0]!, state }] })).toContain(`">${words}</span>`);
    },
  );

  it.each(['waiting', 'running'] as const)(
    'a %s phase that a person is asked about has one mark of its own',
    (state) => {
      const { mark } = phaseLooks.asked;
      const status = toyStatus({
        phases: [phaseStatus('stop', state, null, null)],
        running: [],
        gates: askedAbout('stop'),
      });
      expect(page(status)).toMatch(new RegExp(`^${mark} .*Phase stop$`, 'm'));
      expect(terminal(status)).toContainEqual(expect.stringMatching(new RegExp(`^${mark} Phase stop`)));
    },
  );

  it('a question about another phase, or about one that has ended, changes no mark', () => {
    const status = toyStatus({
      phases: [phaseStatus('stop', 'stopped', 1, 2)],
      running: [],
      gates: askedAbout('stop'),
    });
    expect(terminal(status)[1]).toMatch(/^■/);
    expect(terminal({ ...status, phases: [phaseStatus('open', 'waiting', null, null)] })[1]).toMatch(/^○/);
  });

  it('a mark means one thing', () => {
    const marks = Object.values(phaseLooks).map(({ mark }) => mark);
    expect(new Set(marks).size).toBe(marks.length);
  });
});
