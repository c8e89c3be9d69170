import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { toyBatch, toyPhase, toyPlan, toyProbe } from '../support/plan';
import { openSite, withRun, type ToyRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

const sync = 'heat/db-sync@ctl1';

const hanging = (name: string) => (world: ToyRun['world']) => {
  world.faults[name] = ['hangs'];
};

/** Waits until the command runs on its host, and the run knows. */
async function runs(run: ToyRun, name: string): Promise<void> {
  await run.when(({ running }) => running.some(({ step }) => step === name) && run.world.hanging.has(name));
}

async function howItEnded({ handle }: ToyRun): Promise<string> {
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof CancelledFailure)) throw error;
  }
  return (await handle.describe()).status.name;
}

describe('a cancel request', () => {
  it('lets the running command end, starts nothing new, runs finally, and ends the workflow as Canceled', async () => {
    await withRun({ site, world: hanging(sync) }, async (run) => {
      await run.approve();
      await runs(run, sync);
      await run.handle.cancel();
      await run.handle.query('status');
      expect(run.world.hanging.has(sync)).toBe(true);
      run.world.hanging.get(sync)?.('done');
      expect(await howItEnded(run)).toBe('CANCELLED');
      const { world } = run;
      expect(world.kills).toEqual([]);
      expect(world.ends).toContain(`${sync} done`);
      expect(world.starts.slice(world.starts.indexOf(sync) + 1)).toEqual(['stop/serving@lb1', 'scratch/away@db1']);
      expect(world.given).toEqual([expect.objectContaining({ mark: 'half-done' })]);
      const { state, owed } = await run.status();
      expect({ state, owed: owed.map(({ host }) => host) }).toEqual({ state: 'cancelled', owed: ['ctl1', 'ctl2'] });
    });
  });

  it('before the approval ends the workflow with nothing changed', async () => {
    await withRun({ site }, async (run) => {
      await run.gate();
      await run.handle.cancel();
      expect(await howItEnded(run)).toBe('CANCELLED');
      expect([run.world.starts, run.world.begun, run.world.given]).toEqual([[], [], []]);
    });
  });

  it('while it plans ends the workflow with nothing changed, and its status says so', async () => {
    const world = (toy: ToyRun['world']): void => {
      toy.planHangs = true;
    };
    await withRun({ site, world }, async (run) => {
      await run.when(() => run.world.planned.length > 0);
      await run.handle.cancel();
      expect(await howItEnded(run)).toBe('CANCELLED');
      expect((await run.status()).state).toBe('cancelled');
      expect([run.world.starts, run.world.begun]).toEqual([[], []]);
    });
  });

  it('cuts short a probe that only waits', async () => {
    const probe = toyProbe('work-ends', { retryForSeconds: 1800 });
    const plan = toyPlan({ phases: [toyPhase('prepare', [toyBatch(['db1'], [probe])])] });
    await withRun({ site, plan, world: hanging('work-ends@db1') }, async (run) => {
      await run.approve();
      await runs(run, 'work-ends@db1');
      await run.handle.cancel();
      expect(await howItEnded(run)).toBe('CANCELLED');
      expect(run.world.ends.filter((end) => end.startsWith('work-ends'))).toEqual([]);
      expect(run.world.given).toEqual([expect.objectContaining({ mark: 'clean' })]);
    });
  });
});

describe('a pause', () => {
  it('holds the run at the next step and lets what runs end, until it is resumed', async () => {
    await withRun({ site, world: hanging(sync) }, async (run) => {
      await run.approve();
      await runs(run, sync);
      expect(await run.send('pause', { by: 'ana', reason: 'logs' })).toBe(
        'Paused. Running steps finish; no new step starts until you send resume.',
      );
      expect(await run.send('pause', { by: 'bo' })).toBe(
        'refused: ana (logs) already paused the run. Nothing changed.',
      );
      run.world.hanging.get(sync)?.('done');
      const { state } = await run.when(({ running }) => running.length === 0);
      expect(state).toBe('paused');
      expect(run.world.starts.at(-1)).toBe(sync);
      expect(await run.send('resume', { by: 'bo' })).toBe('Resumed by bo.');
      expect(await run.send('resume', { by: 'bo' })).toMatch(/^refused: The run is not paused/);
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
    });
  });
});

describe('the message kill', () => {
  it('ends the command it names, and the step then asks what to do', async () => {
    await withRun({ site, world: hanging(sync) }, async (run) => {
      await run.approve();
      await runs(run, sync);
      expect(await run.send('kill', { step: 'heat/db-sync@ctl2', by: 'ana', reason: 'hangs' })).toBe(
        `refused: "heat/db-sync@ctl2" is not running, so there is nothing to end. Nothing changed. Running: ${sync}.`,
      );
      expect(await run.send('kill', { step: sync, by: 'ana', reason: 'hangs' })).toBe(`${sync} was ended by ana`);
      const { gates, decisions } = await run.when((status) => status.gates.length > 0);
      expect(gates[0]?.choices).toContain('retry');
      expect(decisions.at(-1)).toEqual(
        expect.objectContaining({ choice: 'kill', by: 'ana', reason: 'hangs', via: 'update', gate: 'none' }),
      );
      expect(run.world.kills).toEqual([`${sync} by ana`]);
      await run.send('decide', { gate: gates[0]!.code, choice: 'retry', by: 'ana' });
      expect(await run.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
    });
  });
});
