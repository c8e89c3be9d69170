import '../lab/lab-own-network';
import { workflowId } from '../../client/workflow-id';
import { addressOf, cloudWorksAt, killHost, labBoot, samplesOf } from '../../lab';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, controllers } from '../lab/four-services';
import { killAtRandom } from '../lab/random-kills';
import {
  compute,
  counted,
  extras,
  intervalSeconds,
  measuresAgain,
  polled,
  polledOnCompute,
  reported,
  versions,
} from '../lab/telemetry';
import { sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const services = ['keystone', 'heat', 'gnocchi', 'ceilometer'];
const id = workflowId({ cloud: 'cedar', services, kind: 'full', to: 'bobcat' });

describe('a full upgrade of Keystone, Heat, Gnocchi and Ceilometer, antelope to bobcat, whose worker is killed at random', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('measures before and after it, takes no sample twice, and every service works', async () => {
    await createStack({ name: 'from-before' });
    await sleep(3 * intervalSeconds * 1000);
    const begun = new Date(Date.now() - 3 * intervalSeconds * 1000);
    const { client } = rig;
    const options = { openAutomatically: true, agents: { computes: 'leave' } };
    await client.startFull({ cloud: 'cedar', to: 'bobcat', services, options });
    await approvePlan({ rig, id });
    const killing = killAtRandom(rig);
    // Nothing is changed on the host that is only a compute, as the request says: that it is lost holds nobody up.
    await untilStatus({
      client,
      id,
      holds: ({ phases, state }) =>
        state === 'completed' || phases.some(({ id: phase, state: of }) => phase === 'stop' && of === 'complete'),
      forSeconds: 1200,
    });
    await killHost({ host: compute });
    const end = await endWithoutQuestion({ rig, id, forSeconds: 2400 }).finally(killing.stop);
    const kills = await killing.stop();
    expect(end).toEqual(['completed', [], []]);
    const { remains } = await client.status(id);
    process.stdout.write(`${(remains ?? []).join('\n')}\n`);
    expect(remains).toEqual([expect.stringContaining(`ceilometer on ${compute}`)]);
    const ended = new Date();
    await labBoot({ host: compute });
    await sleep(4 * intervalSeconds * 1000);
    expect(await versions()).toEqual([
      '1:21.0.0-0lab1 4.6.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 ',
      '1:21.0.0-0lab1 4.6.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 ',
    ]);
    const [during, after] = [await counted(begun), await counted(ended)];
    process.stdout.write(
      `${String(kills)} kills; samples of ${polled}: gap ${String(during.gapSeconds)} s over the upgrade, ` +
        `${String(during.twice)} twice, ${String(during.early)} early\n`,
    );
    expect([during.twice, after.twice]).toEqual([0, 0]);
    expect(after.gapSeconds).toBeLessThanOrEqual(2 * intervalSeconds);
    expect(during.gapSeconds).toBeLessThan(1200);
    const { sampleGaps, sampleCounts, backlog } = await reported({ client, id });
    expect(sampleGaps.map(({ seconds }) => seconds)).toEqual([during.gapSeconds]);
    expect(sampleCounts.meters.map(({ meter, twice }) => [meter, twice])).toEqual([[polled, 0]]);
    expect(backlog?.points.length).toBeGreaterThan(5);
    expect(await measuresAgain(ended, polledOnCompute)).toBe(true);
    const fronts = [...controllers, 'lb1'] as const;
    expect(
      await Promise.all(fronts.map((host) => cloudWorksAt({ address: addressOf(host), extras: [...extras] }))),
    ).toEqual([true, true, true]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it('hands notifications of Heat on to Gnocchi afterwards', async () => {
    const since = new Date(Date.now() - 600_000);
    const before = await samplesOf({ meter: 'stack.create', since });
    await createStack({ name: 'from-after' });
    await sleep(30_000);
    const after = await samplesOf({ meter: 'stack.create', since });
    const known = before.map(({ resource }) => resource);
    expect(after.map(({ resource }) => resource).filter((resource) => !known.includes(resource))).toHaveLength(1);
  });
});
