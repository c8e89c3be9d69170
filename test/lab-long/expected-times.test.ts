import '../lab/lab-own-network';
import { labExec } from '../../lab';
import type { RunResult } from '../../schema/status';
import type { Report } from '../../report';
import { openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const upgradeId = 'cedar.all.full.bobcat';
const rollbackId = 'cedar.rollback';

/** The same upgrade twice, with a rollback between: the second one is expected to take what the first one took. */
describe('expected times on real hosts', () => {
  let rig: UpgradeRig;
  beforeAll(async () => {
    rig = await startRig({
      change: { availability: { budgetSeconds: { keystone: { cold: 3600 }, heat: { cold: 5 } } } },
    });
  });
  afterAll(() => rig.stop());

  /** Approves what is asked about the plan of a run, waits for its end, and says what was asked and what came out. */
  async function through(id: string): Promise<{ asked: string; result: RunResult; report: Report }> {
    const { client } = rig;
    const { code, accept, question } = await openGate({ client, id, about: 'plan', forSeconds: 240 });
    await client.approve(id, { gate: code, by: 'ana', reason: 'test', accept: [...accept] });
    await untilStatus({ client, id, holds: ({ state }) => state === 'completed', forSeconds: 1200 });
    const report = JSON.parse((await client.fetchReport(id)).json) as Report;
    return { asked: question, result: (await client.result(id)) as RunResult, report };
  }

  const upgrade = async (): ReturnType<typeof through> => {
    await rig.client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true } });
    return through(upgradeId);
  };

  it('come from sizes, then from the run before', async () => {
    const first = await upgrade();
    expect(first.asked).toContain(', estimated from sizes. ');
    expect(first.result.outages?.[1]).toContain('OVER its budget of 5 s');
    expect(first.report.remarks.join('\n')).toContain('longer than its budget of 5 s');
    const kept = await labExec({
      host: 'db1',
      command:
        'stat -c "%a %U" /var/lib/openstack-upgrade/times/cedar/* && cat /var/lib/openstack-upgrade/times/cedar/*',
    });
    expect(kept.stdout).toMatch(/^600 root\n\{"schemaVersion":1,/);

    await rig.client.rollback({ cloud: 'cedar', options: { openAutomatically: true } });
    const back = await through(rollbackId);
    expect(back.asked).toMatch(/Expected to be closed to users: keystone /);

    const second = await upgrade();
    expect(second.asked).toMatch(/, from the run of \d{4}-\d\d-\d\d\. /);
    for (const { service, expectedSeconds, closedSeconds, measuredSeconds } of second.report.expected?.outages ?? []) {
      // Other work on the machine makes one run twice as long as another one.
      expect([service, closedSeconds < 2 * expectedSeconds, closedSeconds > expectedSeconds / 2]).toEqual([
        service,
        true,
        true,
      ]);
      // What the steps say is what requests from outside have seen, but for the time until HAProxy sends them again.
      expect(Math.abs((measuredSeconds ?? 0) - closedSeconds)).toBeLessThan(10);
    }
    console.log(
      JSON.stringify(
        [first, back, second].map(({ asked, result, report }) => ({
          asked: asked.split('\n').filter((line) => line.startsWith('Expected') || line.startsWith('A rollback')),
          outages: result.outages,
          phases: report.expected?.phases.map((one) => [one.id, one.expectedSeconds, one.actualSeconds]),
        })),
        null,
        1,
      ),
    );
  });
});
