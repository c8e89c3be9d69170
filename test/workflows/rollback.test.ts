import { toyBatch, toyChange, toyPhase, toyPlan } from '../support/plan';
import type { UndoPhase } from '../../schema/plan';
import type { ToyWorld } from './toy-activities';
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
      expect(gate.accept).toEqual(['writes-are-lost', 'losses-not-listed']);
      await run.approve({ accept: ['writes-are-lost', 'losses-not-listed'] });
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

  it('that is stopped in the middle says where its restore point is, and what continues', async () => {
    const world = (one: ToyWorld): void => {
      one.done = ['install', 'migrate'];
      one.faults['back-code@ctl1'] = ['failed'];
    };
    await withRun({ ...rollback, site, world }, async (run) => {
      const asked = await run.gate();
      await run.approve({ accept: ['writes-are-lost', 'losses-not-listed'] });
      await run.when(({ gates }) => gates.some(({ code }) => code !== asked.code));
      const { code, question } = await run.gate();
      expect(question).toContain(
        `The restore point is in /var/lib/openstack-upgrade/restore-points/${restorePoint} on`,
      );
      await run.send('decide', { gate: code, choice: 'abort', by: 'bo', reason: 'looked' });
      const { sentence } = (await run.handle.result()) as { sentence: string };
      expect(sentence).toContain(
        `aborted between bobcat and antelope. The cloud is partly rolled back, and its locks and holds stay. The restore point is in /var/lib/openstack-upgrade/restore-points/${restorePoint} on the hosts that it restores. openstackRollback with the same request continues from any state.`,
      );
    });
  });

  it.each([
    ['the run that it undoes', { runId: restorePoint, plan: null }],
    ['a rollback of it that did not come to its end', { runId: 'earlier', plan: { ...plan, restorePoint } }],
  ])('takes the cloud over from %s', async (_, holder) => {
    const world = (one: ToyWorld): void => {
      one.done = ['install'];
      one.leftovers = { ...one.leftovers, ...holder, workflowId: 'cedar.rollback', lock: `run=${holder.runId}` };
    };
    await withRun({ ...rollback, site, world }, async (run) => {
      await run.approve({ accept: ['run-holds-the-cloud'] });
      await run.handle.result();
      expect(run.world.takenOver).toEqual([expect.objectContaining({ holder: holder.runId })]);
      expect(run.world.given[0]).toMatchObject({ runId: holder.runId, mark: 'clean' });
    });
  });

  it('leaves the cloud to any other run', async () => {
    const world = (one: ToyWorld): void => {
      one.done = ['install'];
      one.leftovers = { ...one.leftovers, runId: 'another', lock: 'run=another' };
    };
    await withRun({ ...rollback, site, world }, async (run) => {
      await expect(run.handle.result()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('cloud-locked') as string },
      });
      expect([run.world.takenOver, run.world.begun]).toEqual([[], []]);
    });
  });

  it('is told what there is to return to', async () => {
    await withRun({ ...rollback, site, type: 'openstackRestorePoints', input: { cloud: 'cedar' } }, async (run) => {
      expect(await run.handle.result()).toEqual([]);
    });
  });

  it.each([
    ['openstackRestorePoints', { cloud: 'cedar', show: 'latest' }, { runId: 'latest', manifest: 'missing' }],
    ['openstackRestorePoints', { cloud: 'cedar', verify: 'latest' }, { runId: 'latest', files: 31 }],
    ['openstackFetchRestorePoint', { cloud: 'cedar' }, { runId: 'latest', fetched: [] }],
    [
      'openstackDropRestorePoints',
      { cloud: 'cedar', restorePoints: ['309846d1-df61-46da-a754-662d5af1b071'], by: 'ana' },
      { dropped: [{ runId: '309846d1-df61-46da-a754-662d5af1b071', bytes: 5 }] },
    ],
  ])('%s answers %j', async (type, input, answer) => {
    await withRun({ ...rollback, site, type, input }, async (run) => {
      expect(await run.handle.result()).toMatchObject(answer);
    });
  });

  it.each([
    [{ cloud: 'cedar', show: 'latest', verify: 'latest' }, 'ask one of them'],
    [{ cloud: 'cedar', verify: '../etc' }, 'the id of a run, or "latest"'],
  ])('openstackRestorePoints refuses %j', async (input, sentence) => {
    await withRun({ ...rollback, site, type: 'openstackRestorePoints', input }, async (run) => {
      await expect(run.handle.result()).rejects.toMatchObject({
        cause: { message: expect.stringContaining(sentence) as string },
      });
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
