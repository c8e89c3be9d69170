import { temporal } from '@temporalio/proto';
import type { ToyRun, ToySite } from './toy-site';
import { openSite, withRun } from './toy-site';
import { smallPlan, toyWarning } from '../support/plan';

const completed =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;

jest.setTimeout(60_000);

let site: ToySite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.teardown());

const names = ['approve', 'reject', 'decide', 'pause', 'resume', 'kill'] as const;

/** What people and scripts send by mistake. */
const malformed: readonly unknown[] = [undefined, null, 'yes', 7, [], {}, { gate: 1 }, { gat: 'k7f3a9', by: 'ana' }];

/** Bytes that are no JSON, as a broken script sends them: past every client's own check. */
const noJson = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"gate":') };

async function signalRaw(run: ToyRun, signalName: string): Promise<void> {
  const { workflowId } = run.handle;
  await site.server.client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    signalName,
    input: { payloads: [noJson] },
  });
}

async function updateRaw(run: ToyRun, name: string): Promise<string> {
  const { workflowId } = run.handle;
  const { outcome } = await site.server.client.workflowService.updateWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: completed },
    request: { meta: { updateId: `raw-${name}` }, input: { name, args: { payloads: [noJson] } } },
  });
  return `${outcome?.failure?.message ?? 'taken'}${outcome?.failure?.stackTrace ?? ''}`;
}

async function completes({ approve, handle }: ToyRun, accept: readonly string[] = []): Promise<void> {
  await approve({ accept });
  expect(await handle.result()).toEqual(expect.objectContaining({ state: 'completed' }));
}

describe('a message', () => {
  it('of any kind that makes no sense is refused with a sentence and an example, and the run is unharmed', async () => {
    await withRun({ site, plan: smallPlan() }, async (run) => {
      await run.gate();
      const refusesAll = async (name: string): Promise<void> => {
        const understood = `${name} was not understood \\(.*\\)\\. Nothing changed\\. Paste, for example: \\{.*\\}$`;
        for (const payload of malformed)
          expect(await run.send(name, payload)).toMatch(new RegExp(`^refused: ${understood}`));
        expect(await updateRaw(run, name)).toMatch(new RegExp(`^${understood}`));
      };
      await Promise.all(names.map(refusesAll));
      expect(await run.status()).toEqual(
        expect.objectContaining({ state: 'waitingForApproval', pausedBy: null, decisions: [] }),
      );
      await completes(run);
    });
  });

  it('as a signal that makes no sense is noted and ignored, and the run is unharmed', async () => {
    await withRun({ site, plan: smallPlan() }, async (run) => {
      await run.gate();
      for (const name of names) {
        await run.handle.signal(name, { gate: 1 });
        await run.handle.signal(name);
        await signalRaw(run, name);
      }
      const { ignored, state } = await run.when((status) => status.ignored.length === 18);
      expect(state).toBe('waitingForApproval');
      expect(new Set(ignored.map((sentence) => sentence.split(' ')[0]))).toEqual(new Set(names));
      await completes(run);
    });
  });

  it('that comes before the run can know its gate is noted and ignored', async () => {
    await withRun({ site, plan: smallPlan() }, async (run) => {
      await run.handle.signal('approve', { gate: 'k7f3a9', by: 'ana' });
      const { ignored } = await run.when((status) => status.ignored.length > 0);
      expect(ignored[0]).toMatch(/^There is no open gate "k7f3a9"\./);
      await completes(run);
    });
  });

  it('that approves as a signal counts like an update', async () => {
    await withRun({ site, plan: smallPlan() }, async ({ gate, handle, status }) => {
      await handle.signal('approve', { gate: (await gate()).code, by: 'ana', reason: 'by script' });
      await handle.result();
      expect((await status()).decisions).toEqual([
        expect.objectContaining({ choice: 'approve', by: 'ana', reason: 'by script', via: 'signal' }),
      ]);
    });
  });
});

describe('an approval', () => {
  it('with the wrong code, by the wrong person, of the wrong kind or without its warnings is refused', async () => {
    const plan = smallPlan({ approvers: ['ana', 'bo'], findings: [toyWarning] });
    await withRun({ site, plan }, async (run) => {
      const { code } = await run.gate();
      const { send } = run;
      expect(await send('approve', { gate: 'zzzzzz', by: 'ana' })).toBe(
        `refused: There is no open gate "zzzzzz". Nothing changed. Open now: ${code} (the plan). Press R on Current Details and copy the JSON from that page.`,
      );
      expect(await send('approve', { gate: code, by: 'mallory' })).toBe(
        `refused: "mallory" may not answer gate ${code}. Nothing changed. Ask one of the approvers in the cloud file: ana, bo.`,
      );
      expect(await send('decide', { gate: code, by: 'ana', choice: 'retry' })).toBe(
        `refused: Gate ${code} is about the plan and does not offer "retry". Nothing changed. Send the update approve or reject instead.`,
      );
      expect(await send('approve', { gate: code, by: 'ana' })).toBe(
        'refused: Not approved: these warnings are not accepted: disk-nearly-full@db1. Read them, then add to the JSON: "accept": ["disk-nearly-full@db1"].',
      );
      expect(await send('kill', { step: 'heat/db-sync@ctl1', by: 'ana', reason: 'x' })).toBe(
        'refused: "heat/db-sync@ctl1" is not running, so there is nothing to end. Nothing changed. No step is running.',
      );
      expect(await run.status()).toEqual(expect.objectContaining({ state: 'waitingForApproval', decisions: [] }));
      expect(run.world.starts).toEqual([]);
      await completes(run, [toyWarning.id]);
      expect(run.world.begun[0]?.approval).toEqual(
        expect.objectContaining({
          by: 'ana',
          accept: [toyWarning.id],
          about: { kind: 'plan', digest: 'd1ge57d1ge57d1ge57' },
        }),
      );
    });
  });

  it('may name its gate as it was read aloud', async () => {
    await withRun({ site, plan: smallPlan() }, async ({ gate, send, handle }) => {
      const { code } = await gate();
      expect(await send('approve', { gate: ` ${code.toUpperCase()} `, by: 'ana' })).toMatch(/^ana: approve/);
      await handle.result();
    });
  });

  it('that is refused by a person ends the run with nothing changed', async () => {
    await withRun({ site, plan: smallPlan() }, async ({ gate, send, handle, world }) => {
      await send('reject', { gate: (await gate()).code, by: 'bo', reason: 'window closed' });
      expect(await handle.result()).toEqual(
        expect.objectContaining({
          state: 'rejected',
          sentence: 'Nothing was changed on cedar: bo rejected the plan: window closed.',
        }),
      );
      expect([world.starts, world.begun, world.given]).toEqual([[], [], []]);
    });
  });
});

describe('the queries', () => {
  it('answer with the runbook, the help filled in for the open gate, and where the report lies', async () => {
    await withRun({ site, plan: smallPlan() }, async (run) => {
      const { code } = await run.gate();
      expect(await run.handle.query('plan')).toBe('RUNBOOK of cedar\n');
      expect(await run.handle.query('report')).toBe(
        'There is no report yet. The first one is written after the first phase.',
      );
      expect(await run.handle.query('help')).toEqual({
        howTo: 'Run page > More Actions > Send an Update. Choose the message, paste one JSON.',
        open: [
          { message: 'approve', json: { gate: code, by: '', reason: '' } },
          { message: 'reject', json: { gate: code, by: '', reason: '' } },
        ],
        messages: names.map((message) => expect.objectContaining({ message }) as unknown),
      });
      await completes(run);
      expect(await run.handle.query('report')).toEqual(
        expect.objectContaining({ host: 'db1', html: '/runs/report.html' }),
      );
    });
  });

  it('describe every message, and the page shows the JSON to paste', async () => {
    await withRun({ site, plan: smallPlan() }, async (run) => {
      const { code } = await run.gate();
      const metadata = await run.handle.query<{
        definition: { updateDefinitions: { name: string; description: string }[] };
        currentDetails: string;
      }>('__temporal_workflow_metadata');
      const updates = metadata.definition.updateDefinitions;
      expect(updates.map(({ name }) => name).sort()).toEqual([...names].sort());
      expect(updates.every(({ description }) => description.includes('{"'))).toBe(true);
      expect(metadata.currentDetails).toContain(`"gate": "${code}"`);
      await completes(run);
    });
  });
});
