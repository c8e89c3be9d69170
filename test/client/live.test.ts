import { followRun } from '../../client/live';
import { UpgradeError } from '../../client/upgrade-error';
import type { RunStatus } from '../../schema/status';
import { at } from '../support/moment';
import { toyGate, phaseStatus, toyStatus } from '../support/run-status';

/** Answers the looks of the watcher one after the other; the run is open until the last. */
function playing(looks: readonly (RunStatus | Error)[]): Parameters<typeof followRun>[0]['upgrade'] {
  let next = 0;
  return {
    isOpen: () => Promise.resolve(next < looks.length - 1),
    status: () => {
      const look = looks[Math.min(next, looks.length - 1)]!;
      next += 1;
      return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
    },
  };
}

async function linesOf(options: {
  looks: readonly (RunStatus | Error)[];
  onGate?: (gate: { readonly code: string }) => Promise<void>;
}): Promise<string[]> {
  const written: string[] = [];
  await followRun({
    upgrade: playing(options.looks),
    workflowId: 'cedar.all.full.bobcat',
    screen: { write: (text: string) => written.push(text) > 0 },
    everySeconds: 0,
    ...(options.onGate === undefined ? {} : { onGate: options.onGate }),
  });
  return written.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '').trimEnd());
}

const planning = toyStatus({ state: 'planning', phases: [], running: [] });
const asking = toyStatus({ state: 'waitingForApproval', phases: [], running: [], gates: [toyGate] });
const done = toyStatus({
  state: 'completed',
  running: [],
  phases: [
    phaseStatus('prepare', 'complete', 10, 40),
    phaseStatus('stop', 'complete', 40, 70),
    phaseStatus('open', 'complete', 70, 75),
  ],
  decisions: [
    { ...toyGate, gate: toyGate.code, choice: 'approve', by: 'ana', reason: 'CHG-1', via: 'update', at: at(9) },
  ],
});

describe('following a run without a terminal', () => {
  it('says once that a service is over its budget', async () => {
    const outage = {
      service: 'heat',
      expectedSeconds: 85,
      budgetSeconds: 60,
      closedSince: at(12),
      closedSeconds: 5,
      measuredSeconds: null,
      overBudget: false,
      overBudgetSince: null,
    };
    const over = { ...outage, overBudget: true, overBudgetSince: at(72) };
    const looks = [[outage], [over], [over]].map((outages) => toyStatus({ outages }));
    const lines = await linesOf({ looks: [...looks, done] });
    expect(lines.filter((line) => line.includes('BUDGET'))).toEqual([
      'OVER BUDGET: heat is closed to users since 03:00:12 UTC (expected 85 s, budget 60 s, used up at 03:01:12 UTC)',
    ]);
  });

  it('prints one line an event and nothing while nothing happens', async () => {
    expect(await linesOf({ looks: [planning, planning, asking, asking, toyStatus(), toyStatus(), done] })).toEqual([
      'cedar: planning',
      'cedar: waiting for approval',
      'gate k7f3a9 waits for a person: Upgrade keystone, heat?',
      '  npm run upgrade -- approve cedar.all.full.bobcat --gate k7f3a9 --accept disk-nearly-full@db1 --by YOU --reason WHY',
      '  npm run upgrade -- reject cedar.all.full.bobcat --gate k7f3a9 --by YOU --reason WHY',
      'phase starts: Phase prepare',
      'phase complete after 30 s: Phase prepare (4 of 4 steps)',
      'phase starts: Phase stop',
      'cedar: running',
      '  ctl1: stop heat-engine',
      'ana decided: approve at gate k7f3a9 (CHG-1)',
      'phase complete after 30 s: Phase stop (4 of 4 steps)',
      'phase starts: Phase open',
      'phase complete after 5.0 s: Phase open (4 of 4 steps)',
      'cedar: completed',
    ]);
  });

  it('says once that nobody answers, waits, and goes on', async () => {
    const away = new UpgradeError({ code: 'noWorker', message: 'Nobody answers.' });
    expect(await linesOf({ looks: [planning, away, away, planning, planning] })).toEqual([
      'cedar: planning',
      'Waiting for a worker. Nobody answers.',
      'Server and worker answer again.',
    ]);
  });

  it('hands every gate on once', async () => {
    const codes: string[] = [];
    const second = { ...toyGate, code: 'm2x8qd' };
    const onGate = (gate: { readonly code: string }): Promise<void> => {
      codes.push(gate.code);
      return Promise.resolve();
    };
    const both = { ...asking, gates: [toyGate, second] };
    await linesOf({ looks: [asking, asking, both, both, both, done], onGate });
    expect(codes).toEqual(['k7f3a9', 'm2x8qd']);
  });

  it('does not hide a bug', async () => {
    await expect(linesOf({ looks: [new TypeError('a bug'), planning] })).rejects.toThrow('a bug');
  });
});
