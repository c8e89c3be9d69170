import { randomUUID } from 'node:crypto';
import { openSite, runOf, withRun, type ToyRun, type ToySite } from './toy-site';

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

type Place = 'the task that opens the gate' | 'the task that takes the approval';

/** Resets a run to a workflow task before or behind its approval; answers with the new run. */
async function resetTo(options: { run: ToyRun; place: Place }): Promise<ToyRun> {
  const { run, place } = options;
  const { workflowId } = run.handle;
  const { events } = await run.handle.fetchHistory();
  const tasksBefore = (index: number): number[] =>
    events!.flatMap((event, at) => (at < index && event.workflowTaskCompletedEventAttributes !== null ? [at] : []));
  const accepted = events!.findIndex((event) => event.workflowExecutionUpdateAcceptedEventAttributes !== null);
  const [opens, takes] = tasksBefore(accepted).slice(-2);
  const index = place === 'the task that opens the gate' ? opens! : takes!;
  const { runId } = await site.server.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId: (await run.handle.describe()).runId },
    workflowTaskFinishEventId: events![index]!.eventId!,
    reason: 'test',
    requestId: randomUUID(),
  });
  return runOf({ world: run.world, handle: site.server.client.workflow.getHandle(workflowId, runId) });
}

describe('a Temporal reset', () => {
  it('to before the approval opens the gate anew: the old approval does not fit it, and nothing starts twice', async () => {
    await withRun({ site }, async (run) => {
      const { code } = await run.gate();
      await run.approve();
      await run.handle.result();
      const starts = [...run.world.starts];
      const again = await resetTo({ run, place: 'the task that opens the gate' });
      const gate = await again.gate();
      expect(gate.code).not.toBe(code);
      expect((await again.status()).decisions).toEqual([]);
      expect(await again.send('approve', { gate: code, by: 'ana' })).toMatch(/^refused: There is no open gate/);
      expect(run.world.starts).toEqual(starts);
      await again.approve();
      expect(await again.handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
      const changes = run.world.starts.filter((name) => name.startsWith('heat/db-sync'));
      expect(changes).toEqual(['heat/db-sync@ctl1']);
    });
  });

  it('to behind the approval repeats it, and the preconditions behind the gate see what has changed since', async () => {
    await withRun({ site }, async (run) => {
      await run.approve();
      await run.handle.result();
      run.world.faults['packages/as-planned@ctl1'] = ['notReady'];
      const again = await resetTo({ run, place: 'the task that takes the approval' });
      const gate = await again.gate();
      expect(gate).toEqual(
        expect.objectContaining({
          about: { kind: 'drift', phaseId: 'prepare' },
          choices: ['retry', 'markDone', 'abort'],
        }),
      );
      await again.send('decide', { gate: gate.code, choice: 'abort', by: 'ana' });
      expect(await again.handle.result()).toEqual(expect.objectContaining({ state: 'aborted' }));
    });
  });
});
