import pc from 'picocolors';
import { statusRows } from '../../client/rows';
import { createRedraw, paintRows } from '../../client/screen';
import { at } from '../support/moment';
import { toyGate, toyStatus } from '../support/run-status';

const texts = (status = toyStatus()): string[] =>
  statusRows({ status, workflowId: 'cedar.all.full.bobcat', now: at(62) }).map(({ text }) => text);

describe('a run on a terminal', () => {
  it('shows phases, what runs on which host, and since when', () => {
    expect(texts()).toEqual([
      'cedar: keystone, heat, antelope -> bobcat (full)   running   1 min 02 s',
      '  ✔ Phase prepare     4/4  30 s',
      '  ▶ Phase stop        1/4  22 s',
      '      ctl1: stop heat-engine   12 s',
      '  ○ Phase open        0/4',
    ]);
  });

  it('shows what each phase is expected to take, what is closed to users, and what is over its budget', () => {
    const outage = { budgetSeconds: 60, closedSince: at(41), closedSeconds: 9, measuredSeconds: null } as const;
    const within = { service: 'keystone', expectedSeconds: 30, overBudget: false, overBudgetSince: null };
    const over = { service: 'heat', expectedSeconds: 85, overBudget: true, overBudgetSince: at(61) };
    const ended = { service: 'glance', expectedSeconds: 0, overBudget: true, overBudgetSince: null, budgetSeconds: 0 };
    const status = toyStatus({
      phases: toyStatus().phases.map((phase) => ({ ...phase, expectedSeconds: 25 })),
      outages: [
        { ...outage, ...within },
        { ...outage, ...over },
        { ...outage, ...ended, closedSince: null, closedSeconds: 0, measuredSeconds: 0.6 },
        { ...outage, ...within, service: 'placement', closedSince: null, closedSeconds: 0 },
      ],
    });
    expect(texts(status).slice(1)).toEqual([
      '  ✔ Phase prepare     4/4  30 s',
      '  ▶ Phase stop        1/4  22 s, expected 25 s',
      '      ctl1: stop heat-engine   12 s',
      '  ○ Phase open        0/4  expected 25 s',
      '  ! keystone is closed to users since 03:00:41 UTC (expected 30 s, budget 60 s)',
      '  ! OVER BUDGET: heat is closed to users since 03:00:41 UTC (expected 85 s, budget 60 s, used up at 03:01:01 UTC)',
      '  ! OVER BUDGET: glance was down for 600 ms as measured (not expected to close, budget 0 s)',
    ]);
  });

  it('shows what it waits for, with a command for each answer', () => {
    const rows = texts(toyStatus({ state: 'waitingForApproval', phases: [], running: [], gates: [toyGate] }));
    expect(rows.slice(1)).toEqual([
      '  ? gate k7f3a9 waits for a person since 57 s: approve, reject',
      '      Upgrade keystone, heat?',
      '      1. Prepare.',
      '      npm run upgrade -- approve cedar.all.full.bobcat --gate k7f3a9 --accept disk-nearly-full@db1 --by YOU --reason WHY',
      '      npm run upgrade -- reject cedar.all.full.bobcat --gate k7f3a9 --by YOU --reason WHY',
    ]);
  });

  it('offers at a failure everything that the gate offers, and nothing else', () => {
    const gate = { ...toyGate, choices: ['wait', 'abort'] as const, accept: [] };
    const commands = ['wait', 'abort'].map(
      (choice) =>
        `      npm run upgrade -- decide cedar.all.full.bobcat --gate k7f3a9 --choice ${choice} --by YOU --reason WHY`,
    );
    expect(texts(toyStatus({ phases: [], running: [], gates: [gate] })).slice(-2)).toEqual(commands);
  });

  it('names who paused it', () => {
    expect(texts(toyStatus({ pausedBy: 'ana (looking)' })).at(-1)).toBe(
      'Paused by ana (looking). To continue: resume cedar.all.full.bobcat',
    );
  });

  it('shows steps of a run that is tidying up, when no phase runs any more', () => {
    const phases = toyStatus().phases.map((phase) => ({ ...phase, state: 'complete' as const }));
    expect(texts(toyStatus({ state: 'tidyingUp', phases })).at(-1)).toBe('      ctl1: stop heat-engine   12 s');
  });

  it('cuts a line before it colours it', () => {
    const colors = pc.createColors(true);
    const lines = paintRows({ rows: [{ text: 'x'.repeat(30), tone: 'bad' }], width: 10, colors });
    expect(lines).toEqual([colors.red(`${'x'.repeat(9)}…`)]);
  });
});

describe('redrawing', () => {
  it('goes up over exactly what it wrote, and never over what was kept', () => {
    const written: string[] = [];
    const redraw = createRedraw({ write: (text: string) => written.push(text) > 0, rows: 4 });
    redraw.draw(['a', 'b']);
    redraw.draw(['c', 'd', 'e', 'cut, for the screen has four rows']);
    redraw.keep();
    redraw.draw(['f']);
    expect(written).toEqual(['a\nb\n', '\u001b[2A\u001b[0Jc\nd\ne\n', 'f\n']);
  });
});
