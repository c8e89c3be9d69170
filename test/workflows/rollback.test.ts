import { toyBatch, toyChange, toyPhase, toyPlan } from '../support/plan';
import type { UndoPhase } from '../../schema/plan';
import { openSite, withRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

const undo = (id: string, host: string): UndoPhase =>
  toyPhase(`back-${id}`, [toyBatch([host], [toyChange(`back-${id}`)])]);

/** As a run had it that is undone now. */
const plan = toyPlan({
  phases: [
    toyPhase('code', [toyBatch(['ctl1'], [toyChange('install')])], {
      wayBack: { kind: 'undo', phases: [undo('code', 'ctl1')] },
    }),
    toyPhase('database', [toyBatch(['ctl1'], [toyChange('migrate')])], {
      wayBack: { kind: 'restore', schemas: ['heat'], loses: 'nothing', phases: [undo('database', 'db1')] },
    }),
  ],
  finally: { always: [], resolved: [toyBatch(['ctl1'], [toyChange('unlock')])] },
});
const restorePoint = '11111111-1111-4111-8111-111111111111';
const rollback = {
  type: 'openstackRollback',
  input: { cloud: 'cedar', restorePoint },
  plan,
} as const;

describe('openstackRollback', () => {
  it('plans from the restore point, asks, undoes the last phase first, and gives the lock back', async () => {
    const world = (one: { done: readonly string[] }): void => {
      one.done = ['install', 'migrate'];
    };
    await withRun({ ...rollback, site, world }, async (run) => {
      const gate = await run.gate();
      expect(gate.question).toContain('Roll back keystone, heat on cedar from bobcat to antelope?');
      expect(gate.accept).toEqual(['writes-are-lost']);
      await run.approve({ accept: ['writes-are-lost'] });
      const result = (await run.handle.result()) as { state: string; sentence: string };
      expect(result).toMatchObject({
        state: 'completed',
        sentence: `cedar: keystone, heat rolled back from bobcat to antelope, to the restore point of run ${restorePoint}.`,
      });
      const { starts, given, takenOver } = run.world;
      expect(starts.filter((id) => !id.startsWith('secrets'))).toEqual([
        'back-database@db1',
        'back-code@ctl1',
        'unlock@ctl1',
      ]);
      expect(given).toEqual([expect.objectContaining({ mark: 'clean' })]);
      expect(takenOver).toEqual([]);
    });
  });

  it('takes the cloud over from the run that it undoes, and from no other', async () => {
    await withRun(
      {
        ...rollback,
        site,
        world: (one) => {
          one.done = ['install'];
          one.leftovers = { ...one.leftovers, runId: restorePoint, lock: `run=${restorePoint}` };
        },
      },
      async (run) => {
        await run.approve({ accept: ['writes-are-lost'] });
        await run.handle.result();
        expect(run.world.takenOver).toEqual([expect.objectContaining({ holder: restorePoint })]);
        expect(run.world.given[0]).toMatchObject({ runId: restorePoint, mark: 'clean' });
      },
    );
    await withRun(
      {
        ...rollback,
        site,
        world: (one) => {
          one.done = ['install'];
          one.leftovers = { ...one.leftovers, runId: 'another', lock: 'run=another' };
        },
      },
      async (run) => {
        await run.approve({ accept: ['writes-are-lost'] });
        await run.handle.result();
        expect(run.world.takenOver).toEqual([]);
      },
    );
  });

  it('is told what there is to return to', async () => {
    await withRun({ ...rollback, site, type: 'openstackRestorePoints', input: { cloud: 'cedar' } }, async (run) => {
      expect(await run.handle.result()).toEqual([]);
    });
  });

  it('says what a request lacks', async () => {
    await withRun({ ...rollback, site, input: { cloud: 'cedar', restorePoint: 'yesterday' } }, async (run) => {
      await expect(run.handle.result()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('the id of a run, or "latest"') as string },
      });
    });
  });
});
