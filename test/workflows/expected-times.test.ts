import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createUpgradeClient, type StartedRun, type UpgradeClient } from '../../client';
import type { Gate } from '../../schema/decision';
import type { PreflightResult, RunResult, RunStatus } from '../../schema/status';
import { createFakeCloud, createFakeUpgradeWorker, type FakeCloud } from '../../testing';
import { workflowBundle } from './bundle';
import { startTestServer, type TestServer } from './temporal-server';

jest.setTimeout(120_000);

const taskQueue = 'times';
const cedar = createFakeCloud({ name: 'cedar', budgetSeconds: { keystone: { cold: 3600 }, heat: { cold: 2 } } });
const oak = createFakeCloud({ name: 'oak', services: ['keystone'] });

let server: TestServer;
let worker: Worker;
let running: Promise<void>;
let upgrade: UpgradeClient;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  server = await startTestServer();
  worker = await createFakeUpgradeWorker({ connection: server.nativeConnection, clouds: [cedar, oak], taskQueue });
  running = worker.run();
  upgrade = createUpgradeClient({ client: server.client, taskQueue });
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.teardown();
});

const full = (cloud: FakeCloud): Promise<StartedRun> =>
  upgrade.startFull({ cloud: cloud.name, to: 'bobcat', options: { openAutomatically: true } });
const atPlan = (run: StartedRun): Promise<Gate> => upgrade.waitForGate(run, { about: 'plan' });
const approve = async (run: StartedRun): Promise<void> => {
  const { code, accept } = await atPlan(run);
  await upgrade.approve(run, { gate: code, by: 'ana', accept: [...accept] });
};
/** What the Web UI shows of a run. */
const pageOf = async ({ workflowId }: StartedRun): Promise<string> => {
  const metadata = await server.client.workflow
    .getHandle(workflowId)
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
};
const outageOf = (
  { outages = [] }: RunStatus,
  service: string,
): NonNullable<RunStatus['outages']>[number] | undefined => outages.find((one) => one.service === service);

describe('a preflight', () => {
  it('says what a run would take, estimated from sizes where the cloud has had no run', async () => {
    const run = await upgrade.preflight({ cloud: 'cedar', to: 'bobcat' });
    const { expected, warnings } = (await upgrade.result(run)) as PreflightResult;
    expect(expected?.[0]).toMatch(/^Expected to be closed to users: keystone .* and heat .* \(budget 2 s\); /);
    expect(warnings.map(({ id }) => id)).toContain('outage-over-budget-heat');
  });
});

describe('a run with a budget', () => {
  let run: StartedRun;
  beforeAll(async () => {
    run = await full(cedar);
  });

  it('asks with the expected times, and has a warning to accept where they are over the budget', async () => {
    const { question, accept } = await atPlan(run);
    expect(question).toMatch(
      /\nExpected to be closed to users: keystone \d+ s \(budget 1 h\) and heat \d+ s \(budget 2 s\); /,
    );
    expect(question).toMatch(/\nExpected for the run: \d min, estimated from sizes\. Not counted: /);
    expect(question).toMatch(/\n\d+\. Prepare: restore point and packages \(\d+ s\)\. /);
    expect(accept).toContain('outage-over-budget-heat');
    const page = await pageOf(run);
    expect(page).toContain('- outage-over-budget-heat: heat is expected to be closed to its users for ');
    expect(page).toContain('Notes. There is nothing to accept:\n\n- ');
    const { digest } = await upgrade.planData(run);
    expect(page).toContain(`Plan ${digest.slice(0, 12)}.`);
  });

  it('says on its page in the moment in which the budget is used up, and not before', async () => {
    cedar.willEnd('heat/db-sync@ctl1', 'hangs');
    cedar.willEnd('heat/lead/leave-heat-engine@ctl1', 'hangs');
    await approve(run);
    await cedar.hangs('heat/lead/leave-heat-engine@ctl1');
    const closed = outageOf(await upgrade.status(run), 'heat');
    expect(closed).toMatchObject({ budgetSeconds: 2, overBudget: false, overBudgetSince: null });
    const since = closed?.closedSince ?? '';
    expect(await pageOf(run)).toContain(`- heat is closed to users since ${since.slice(11, 19)} UTC (expected `);
    // Nothing happens in this run now: only its own timer can tell.
    const deadline = Date.now() + 30_000;
    while (!(await pageOf(run)).includes('OVER BUDGET') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const usedUpAt = new Date(Date.parse(since) + 2000).toISOString();
    expect(await pageOf(run)).toContain(
      `- **OVER BUDGET: heat** is closed to users since ${since.slice(11, 19)} UTC (expected`,
    );
    expect(await pageOf(run)).toContain(`budget 2 s, used up at ${usedUpAt.slice(11, 19)} UTC)`);
    expect(outageOf(await upgrade.status(run), 'heat')).toMatchObject({
      overBudget: true,
      overBudgetSince: usedUpAt,
    });
    cedar.end('heat/lead/leave-heat-engine@ctl1');
    await cedar.hangs('heat/db-sync@ctl1');
    expect(outageOf(await upgrade.status(run), 'keystone')?.overBudget).toBe(false);
    cedar.end('heat/db-sync@ctl1');
  });

  it('replays with the timer that told it', async () => {
    const { workflowId } = run;
    const history = await server.client.workflow.getHandle(workflowId).fetchHistory();
    const timers = history.events?.filter(({ timerStartedEventAttributes: timer }) => timer != null) ?? [];
    expect(timers.length).toBeGreaterThan(0);
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, workflowId);
  });

  it('says in its result and its report what was expected, what it took, and what was over', async () => {
    const result = (await upgrade.result(run)) as RunResult;
    expect(result.outages).toEqual([
      expect.stringMatching(/^keystone: closed \S+ m?s, down 0 s as measured; expected \d+ s; budget 1 h$/),
      expect.stringMatching(/^heat: closed \S+ s, down 0 s as measured; expected 1?.*; OVER its budget of 2 s$/),
    ]);
    const { json } = await upgrade.fetchReport(run);
    const report = JSON.parse(json) as {
      remarks: string[];
      expected: { phases: { id: string; actualSeconds: number | null }[] };
    };
    expect(report.remarks[0]).toMatch(/^heat was closed or down for .*, longer than its budget of 2 s\.$/);
    expect(report.expected.phases.every(({ actualSeconds }) => actualSeconds !== null)).toBe(true);
    const { outages = [], phases } = await upgrade.status(run);
    expect(outages.map(({ closedSince }) => closedSince)).toEqual([null, null]);
    expect(phases.find(({ id }) => id === 'prepare')?.expectedSeconds).toBeGreaterThan(10);
  });
});

describe('the next run of the same cloud', () => {
  it('expects what the last one took, and says which one that was', async () => {
    const first = await full(oak);
    await approve(first);
    await upgrade.result(first);
    const second = await full(oak);
    const { question } = await atPlan(second);
    const today = new Date().toISOString().slice(0, 10);
    expect(question).toContain(`, from the run of ${today}. Not counted: `);
    const { plan, times } = await upgrade.planData(second);
    const { runId } = await upgrade.status(first);
    const sources = plan.phases.map(({ id }) => times?.phases.find((phase) => phase.id === id)?.from);
    expect(sources.map((from) => from?.kind === 'run' && from.runId)).toEqual(plan.phases.map(() => runId));
    await upgrade.reject(second, { gate: (await atPlan(second)).code, by: 'ana' });
    await upgrade.result(second);
  });

  it('of which a rollback has times as well', async () => {
    const run = await upgrade.rollback({ cloud: 'oak', options: { openAutomatically: true } });
    const { question } = await atPlan(run);
    expect(question).toMatch(/\nExpected to be closed to users: keystone .* \(no budget\)\.\nExpected for the run: /);
    await approve(run);
    const { outages } = (await upgrade.result(run)) as RunResult;
    expect(outages).toEqual([expect.stringMatching(/^keystone: closed (?!0 s).*; expected .*$/)]);
  });
});
