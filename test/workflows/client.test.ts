import { createUpgradeClient, UpgradeError, type RunEvent, type StartedRun, type UpgradeClient } from '../../client';
import type { Plan } from '../../schema/plan';
import { smallPlan, toyWarning } from '../support/plan';
import { openSite, type ToySite } from './toy-site';
import { createWorld, toyActivities, type ToyWorld } from './toy-activities';

jest.setTimeout(60_000);

let site: ToySite;
let upgrade: UpgradeClient;
beforeAll(async () => {
  site = await openSite();
  upgrade = createUpgradeClient({ client: site.server.client, taskQueue: site.taskQueue });
});
afterAll(() => site.teardown());

let clouds = 0;

/** A full upgrade of a toy cloud of its own, just started. */
async function started(parts: Partial<Plan> = {}, faults: ToyWorld['faults'] = {}): Promise<StartedRun> {
  clouds++;
  const cloud = `toy${clouds}`;
  const plan = smallPlan({ cloud, findings: [toyWarning], ...parts });
  const world = createWorld(plan);
  Object.assign(world.faults, faults);
  site.clouds.set(`${cloud}.all.full.bobcat`, toyActivities(world));
  return upgrade.startFull({ cloud, to: 'bobcat' }, { memo: { ticket: 'CHG-7' } });
}

const digest = 'd1ge57d1ge57d1ge57';
const accept = [toyWarning.id];

describe('a program that upgrades', () => {
  it('waits for the plan, reads it as data, approves exactly that, and gets a result with a version', async () => {
    const run = await started();
    const gate = await upgrade.waitForGate(run, { about: 'plan' });
    expect(gate.about).toEqual({ kind: 'plan', digest });
    const made = await upgrade.planData(run);
    expect(made).toMatchObject({ digest, plan: { to: 'bobcat', phases: [{ id: 'prepare' }] } });
    expect(made.runbook).toBe(await upgrade.plan(run));
    await upgrade.approve(run, { digest, by: 'ana', accept });
    expect(await upgrade.result(run)).toMatchObject({ schemaVersion: 1, state: 'completed' });
    const { runId } = await upgrade.status(run);
    expect(await upgrade.fetchReport(run)).toEqual({ json: `json of ${runId}`, html: `html of ${runId}` });
  });

  it('cannot approve a plan that it has not read', async () => {
    const run = await started();
    await upgrade.waitForGate(run);
    await expect(upgrade.approve(run, { digest: 'another', by: 'ana', accept })).rejects.toMatchObject({
      code: 'planChanged',
      message: expect.stringContaining(digest) as string,
    });
    expect((await upgrade.status(run)).decisions).toEqual([]);
    await upgrade.approve(run, { digest, by: 'ana', accept });
    await upgrade.result(run);
  });

  it('gets the same answer when it repeats one that was lost, and another person is refused', async () => {
    const run = await started();
    const { code: gate } = await upgrade.waitForGate(run);
    const first = await upgrade.approve(run, { gate, by: 'ana', accept });
    const asked = upgrade.approve(run, { gate, by: 'ana', accept });
    expect(await asked).toBe(first);
    await expect(upgrade.approve(run, { gate, by: 'bo', accept })).rejects.toThrow();
    await upgrade.result(run);
    expect((await upgrade.status(run)).decisions.filter(({ by }) => by === 'ana')).toHaveLength(1);
  });

  it('sees every event once, in order, and then the end', async () => {
    const run = await started();
    const kinds: string[] = [];
    const states: string[] = [];
    for await (const event of upgrade.watch(run, { everySeconds: 0.05 })) {
      kinds.push(event.kind);
      if (event.kind === 'state') states.push(event.state);
      if (event.kind === 'gateOpened') await upgrade.approve(run, { gate: event.gate.code, by: 'ana', accept });
    }
    expect(kinds.filter((kind) => kind === 'gateOpened')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'decision')).toHaveLength(1);
    expect(kinds.indexOf('gateOpened')).toBeLessThan(kinds.indexOf('decision'));
    expect(kinds.at(-1)).toBe('ended');
    expect(states.at(-1)).toBe('completed' satisfies Extract<RunEvent, { kind: 'state' }>['state']);
  });

  it('ends a watch by its signal, and leaves the run alone', async () => {
    const run = await started();
    const controller = new AbortController();
    for await (const event of upgrade.watch(run, { signal: controller.signal }))
      if (event.kind === 'gateOpened') controller.abort();
    expect(await upgrade.isOpen(run)).toBe(true);
    await upgrade.cancel(run);
    await expect(upgrade.waitForGate(run, { about: 'failure' })).rejects.toMatchObject({ code: 'runEnded' });
  });

  it('steers the run that it started, and never a later one of the same id', async () => {
    const old = await started();
    const { code } = await upgrade.waitForGate(old);
    await upgrade.reject(old, { gate: code, by: 'ana' });
    await upgrade.result(old);
    const [cloud = ''] = old.workflowId.split('.');
    const later = await upgrade.startFull({ cloud, to: 'bobcat' });
    expect(later.workflowId).toBe(old.workflowId);
    const { code: gate } = await upgrade.waitForGate(later);
    await expect(upgrade.approve(old, { gate, by: 'ana', accept })).rejects.toMatchObject({ code: 'runNotFound' });
    expect((await upgrade.status(old)).state).toBe('rejected');
    await upgrade.approve(later, { gate, by: 'ana', accept });
    await upgrade.result(later);
  });
});

describe('what was not done has a code', () => {
  const code = async (ask: Promise<unknown>): Promise<string> => {
    const error: unknown = await ask.then(
      () => 'it was done',
      (thrown: unknown) => thrown,
    );
    return error instanceof UpgradeError ? error.code : String(error);
  };

  it('for requests and runs', async () => {
    expect(await code(upgrade.startFull({ cloud: 'cedar' }))).toBe('invalidRequest');
    expect(await code(upgrade.status('cedar.nothing'))).toBe('runNotFound');
    const run = await started();
    const [cloud = ''] = run.workflowId.split('.');
    expect(await code(upgrade.startFull({ cloud, to: 'bobcat' }))).toBe('alreadyOpen');
    await upgrade.waitForGate(run);
    expect(await code(upgrade.fetchReport(run))).toBe('reportUnavailable');
    await site.server.client.workflow.getHandle(run.workflowId).terminate();
    expect(await code(upgrade.result(run))).toBe('runTerminated');
    expect(await code(upgrade.pause(run, { by: 'ana' }))).toBe('runNotFound');
  });

  it('for every message that changes nothing', async () => {
    const run = await started({ approvers: ['ana', 'bo'] }, { 'packages/hold@db1': ['failed'] });
    const by = 'ana';
    const { code: gate } = await upgrade.waitForGate(run);
    expect(await code(upgrade.approve(run, { gate: 'wrong1', by }))).toBe('gateNotOpen');
    expect(await code(upgrade.approve(run, { gate, by: 'mallory', accept }))).toBe('notApprover');
    expect(await code(upgrade.approve(run, { gate, by, accept: [] }))).toBe('warningsNotAccepted');
    expect(await code(upgrade.decide(run, { gate, by, choice: 'retry' }))).toBe('choiceNotOffered');
    expect(await code(upgrade.reject(run, { gate, by: '' }))).toBe('messageInvalid');
    expect(await code(upgrade.kill(run, { step: 'heat/db-sync@ctl1', by, reason: 'hangs' }))).toBe('stepNotRunning');
    expect(await code(upgrade.resume(run, { by }))).toBe('notPaused');
    await upgrade.pause(run, { by });
    expect(await code(upgrade.pause(run, { by }))).toBe('alreadyPaused');
    await upgrade.resume(run, { by });
    await upgrade.approve(run, { gate, by, accept });
    const { code: failure } = await upgrade.waitForGate(run, { about: 'failure' });
    expect(await code(upgrade.reject(run, { gate, by: 'bo' }))).toBe('gateAnswered');
    expect(await code(upgrade.approve(run, { digest, by }))).toBe('gateNotOpen');
    await upgrade.decide(run, { gate: failure, by, choice: 'abort' });
    await upgrade.result(run);
  });

  it('for a run that failed before it changed anything', async () => {
    const blocker = { ...toyWarning, level: 'blocker' } as const;
    expect(await code(upgrade.result(await started({ findings: [blocker] })))).toBe('planRefused');
    const run = await started();
    await upgrade.cancel(run);
    expect(await code(upgrade.result(run))).toBe('runCancelled');
  });

  it('for a workflow that is no upgrade', async () => {
    const { workflowId } = await site.server.client.workflow.start('openstackFetchReport', {
      taskQueue: site.taskQueue,
      workflowId: 'a report, and no upgrade',
      args: [{ cloud: 'nowhere', runId: 'r1' }],
    });
    expect(await code(upgrade.status(workflowId))).toBe('queryFailed');
    await site.server.client.workflow.getHandle(workflowId).terminate();
  });

  it('for a task queue that nobody polls, at once and to be tried again', async () => {
    const lonely = createUpgradeClient({ client: site.server.client, taskQueue: 'lonely' });
    const run = await lonely.startFull({ cloud: 'birch', to: 'bobcat' });
    expect(await code(lonely.planData(run))).toBe('planNotMade');
    const error: unknown = await lonely.status(run).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'noWorker',
      retryable: true,
      workflowId: run.workflowId,
      message: expect.stringContaining('no worker polls task queue lonely') as string,
    });
    expect(await lonely.taskQueue()).toEqual({ name: 'lonely', polled: false });
    expect((await upgrade.taskQueue()).polled).toBe(true);
    await site.server.client.workflow.getHandle(run.workflowId).terminate();
  });

  it('for calls that a worker has to answer from hosts, at once', async () => {
    const lonely = createUpgradeClient({ client: site.server.client, taskQueue: 'lonely' });
    expect(await code(lonely.restorePoints({ cloud: 'birch' }))).toBe('noWorker');
    expect(await code(lonely.verifyRestorePoint({ cloud: 'birch' }))).toBe('noWorker');
  });
});

describe('the list of runs', () => {
  it('shows what is open of a cloud, what it waits for, and what has ended', async () => {
    const run = await started();
    await upgrade.waitForGate(run);
    const [cloud = ''] = run.workflowId.split('.');
    const until = async (state: 'open' | 'closed', holds: (waiting: string | null) => boolean) => {
      for (;;) {
        const [first] = await upgrade.list({ cloud, state }); // visibility follows a moment later
        if (first !== undefined && holds(first.waiting)) return first;
      }
    };
    const open = await until('open', (waiting) => waiting === 'waitingForApproval');
    expect(open).toMatchObject({ ...run, kind: 'full', status: 'RUNNING', closedAt: null });
    await upgrade.cancel(run);
    expect(await until('closed', () => true)).toMatchObject({ workflowId: run.workflowId });
    expect(await upgrade.list({ cloud, state: 'all', since: '2999-01-01T00:00:00Z' })).toEqual([]);
  });
});
