import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from './bundle';
import { openSite, withRun, type ToyRun, type ToySite } from './toy-site';
import { toyBatch, toyChange, toyConfirm, toyPhase, toyPlan, toyProbe, toyWarning } from '../support/plan';

jest.setTimeout(60_000);

const directory = join(__dirname, 'histories');
const sync = 'heat/db-sync@ctl1';

async function keep(options: { name: string; run: ToyRun }): Promise<void> {
  const history: unknown = JSON.parse(historyToJSON(await options.run.handle.fetchHistory()));
  // Who recorded it, and where, is nobody's business and would change every time.
  const anonymous = (key: string, value: unknown): unknown => (key === 'identity' ? 'recorded' : value);
  writeFileSync(join(directory, `${options.name}.json`), `${JSON.stringify(history, anonymous)}\n`);
}

/** Runs that take every door once. `UPDATE_HISTORIES=1` records them anew; the difference is the review. */
const recordings: Readonly<Record<string, (site: ToySite) => Promise<void>>> = {
  completed: (site) =>
    withRun({ site, plan: toyPlan({ findings: [toyWarning] }) }, async (run) => {
      await run.approve({ accept: [toyWarning.id] });
      await run.handle.result();
      await keep({ name: 'completed', run });
    }),
  'retried-killed-aborted': (site) => {
    const world = (toy: ToyRun['world']): void => {
      toy.faults[sync] = ['failed', 'hangs'];
    };
    return withRun({ site, world }, async (run) => {
      await run.approve();
      const { code } = (await run.when(({ state }) => state === 'waitingForDecision')).gates[0]!;
      await run.send('decide', { gate: code, choice: 'retry', by: 'bo' });
      await run.when(() => run.world.hanging.has(sync));
      await run.send('pause', { by: 'bo' });
      await run.send('kill', { step: sync, by: 'bo', reason: 'hangs' });
      const second = (await run.when(({ gates }) => gates.length > 0)).gates[0]!;
      await run.handle.signal('decide', { gate: second.code, choice: 'abort', by: 'bo' });
      await run.handle.result();
      await keep({ name: 'retried-killed-aborted', run });
    });
  },
  cancelled: (site) => {
    const world = (toy: ToyRun['world']): void => {
      toy.faults[sync] = ['hangs'];
    };
    return withRun({ site, world }, async (run) => {
      await run.approve();
      await run.when(() => run.world.hanging.has(sync));
      await run.handle.cancel();
      await run.status();
      run.world.hanging.get(sync)?.('done');
      await run.handle.result().catch(() => undefined);
      await keep({ name: 'cancelled', run });
    });
  },
  'by-hand-and-left-out': (site) => {
    const gate = { question: 'Remove it?', automatic: false, mayBeLeftOut: true };
    const phases = [
      toyPhase('move', [toyBatch(['lb1'], [toyConfirm('by-hand'), toyChange('after')])]),
      toyPhase('remove', [toyBatch(['mq1'], [toyChange('drop')])], { gate }),
    ];
    return withRun({ site, plan: toyPlan({ phases }) }, async (run) => {
      await run.approve();
      await run.send('decide', { gate: (await run.gate()).code, choice: 'markDone', by: 'bo' });
      const last = (await run.when(({ gates }) => gates[0]?.about.kind === 'phase')).gates[0]!;
      await run.send('decide', { gate: last.code, choice: 'leavePhaseOut', by: 'bo' });
      await run.handle.result();
      await keep({ name: 'by-hand-and-left-out', run });
    });
  },
  'repaired-and-rolled-back': (site) => {
    const repair = { host: 'ctl1', step: toyChange('mend') };
    const phases = [
      toyPhase('stop', [toyBatch(['ctl1'], [toyChange('halt')])], {
        wayBack: { kind: 'undo', phases: [toyPhase('back-stop', [toyBatch(['ctl1'], [toyChange('back-halt')])])] },
      }),
      toyPhase('empty', [toyBatch(['db1'], [toyProbe('empty', { repair }), toyChange('drop')])], {
        wayBack: { kind: 'nothing' },
      }),
    ];
    const world = (toy: ToyRun['world']): void => {
      toy.faults['empty@db1'] = ['notReady'];
      toy.faults['drop@db1'] = ['failed'];
    };
    return withRun({ site, plan: toyPlan({ phases }), world }, async (run) => {
      await run.approve();
      const first = (await run.when(({ gates }) => gates[0]?.about.kind === 'failure')).gates[0]!;
      await run.send('decide', { gate: first.code, choice: 'repair', by: 'bo' });
      const second = (await run.when(({ gates }) => gates.length > 0 && gates[0]?.code !== first.code)).gates[0]!;
      await run.send('decide', { gate: second.code, choice: 'rollBack', by: 'bo' });
      await run.handle.result();
      await keep({ name: 'repaired-and-rolled-back', run });
    });
  },
  finished: (site) => {
    const plan = toyPlan();
    const world = (toy: ToyRun['world']): void => {
      toy.leftovers = {
        ...toy.leftovers,
        runId: plan.runId,
        plan,
        digest: 'd1ge57',
        workflowId: 'cedar.full',
        to: 'bobcat',
      };
    };
    return withRun({ site, type: 'openstackFinish', input: { cloud: 'cedar' }, world }, async (run) => {
      await run.approve();
      await run.handle.result();
      await keep({ name: 'finished', run });
    });
  },
};

describe('a history that was recorded with an earlier version of the workflows', () => {
  if (process.env['UPDATE_HISTORIES'] === '1') {
    beforeAll(async () => {
      const site = await openSite();
      for (const record of Object.values(recordings)) await record(site);
      await site.teardown();
    });
  }

  it('is there for every door', () => {
    expect(readdirSync(directory).sort()).toEqual(
      Object.keys(recordings)
        .map((name) => `${name}.json`)
        .sort(),
    );
  });

  it.each(Object.keys(recordings))('%s goes on where it was', async (name) => {
    const history: unknown = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history);
  });
});
