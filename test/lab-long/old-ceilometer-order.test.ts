import '../lab/lab-own-network';
import { workflowId } from '../../client/workflow-id';
import { approvePlan } from '../lab/four-services';
import { dressAsOcata, standInCloud, standInState, versionsOf } from '../lab/old-ceilometer';
import { counted, extras, intervalSeconds, reported } from '../lab/telemetry';
import { sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const reason = 'CHG-2207: the storage team wants the collectors untouched for as long as possible.';
const order = ['database', 'polling', 'notification', 'collector', 'api'] as const;
const request = {
  cloud: 'cedar',
  to: 'pike',
  services: ['ceilometer'],
  options: { agents: { order: [...order], reason } },
};
const id = workflowId({ ...request, kind: 'partial' });
const some = 3 * intervalSeconds * 1000;

/** Stand-ins: see lab/packages/old-ceilometer.ts. */
describe('a partial upgrade of Ceilometer in another order than the guide advises, stand-ins of Ocata to Pike', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras, change: standInCloud() });
    await dressAsOcata();
  });
  afterAll(() => rig.stop());

  it('starts the parts of each host in that order, loses no interval, and keeps the reason in the report', async () => {
    const { client } = rig;
    await sleep(some);
    const begun = new Date(Date.now() - some);
    await client.startPartial(request);
    await approvePlan({ rig, id });
    const end = await endWithoutQuestion({ rig, id });
    await sleep(some);
    const { twice, early, gapSeconds } = await counted(begun);
    process.stdout.write(
      `another order: longest time without a sample ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
    );
    expect(end).toEqual(['completed', [], []]);
    const active = `${versionsOf.pike} active`;
    expect(await standInState()).toEqual([active, active, active, 'revision 45']);
    expect([twice, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    const { steps, findings } = await reported({ client, id });
    for (const host of ['ctl1', 'ctl2']) {
      const started = steps.filter((one) => one.host === host && one.stepId.startsWith('ceilometer/start-'));
      expect(started.map(({ stepId }) => stepId.replace('ceilometer/start-', ''))).toEqual([
        'ceilometer-agent-central',
        'ceilometer-agent-notification',
        'ceilometer-collector',
        'ceilometer-api',
      ]);
    }
    expect(findings.find((one) => one.id === 'agents-order-ceilometer')?.text).toContain(reason);
  });
});
