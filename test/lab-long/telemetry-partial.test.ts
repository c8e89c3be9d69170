import '../lab/lab-own-network';
import { samplesOf } from '../../lab';
import { workflowId } from '../../client/workflow-id';
import { createStack } from '../lab/cloud-stack';
import { approvePlan, controllers } from '../lab/four-services';
import { killAtRandom } from '../lab/random-kills';
import { counted, extras, intervalSeconds, polled, reportedGaps } from '../lab/telemetry';
import { insist, onHost, sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
const id = workflowId({ ...request, kind: 'partial' });

describe('a partial upgrade of Ceilometer, antelope to bobcat, whose worker is killed at random', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('measures all the time, takes no sample twice, and loses no notification', async () => {
    const { client } = rig;
    await sleep(3 * intervalSeconds * 1000);
    const begun = new Date(Date.now() - 3 * intervalSeconds * 1000);
    await client.startPartial(request);
    await approvePlan({ rig, id });
    const killing = killAtRandom(rig);
    const load = stacksOneByOne();
    const end = await endWithoutQuestion({ rig, id }).finally(killing.stop);
    const kills = await killing.stop();
    const stacks = await load.stop();
    expect(end).toEqual(['completed', [], []]);
    await sleep(4 * intervalSeconds * 1000);
    const { twice, early, gapSeconds } = await counted(begun);
    const told = await samplesOf({ meter: 'stack.create', since: new Date(begun.getTime() - 600_000) });
    const heard = new Set(told.map(({ resource }) => resource)).size;
    process.stdout.write(
      `${String(kills)} kills; samples of ${polled}: longest time without one ${String(gapSeconds)} s, ${String(twice)} twice, ` +
        `${String(early)} early; ${String(heard)} of ${String(stacks)} stacks were heard of\n`,
    );
    expect(twice).toBe(0);
    expect(gapSeconds).toBeLessThanOrEqual(2.5 * intervalSeconds);
    expect([stacks > 3, heard]).toEqual([true, stacks]);
    const reported = await reportedGaps({ client, id });
    process.stdout.write(`${JSON.stringify(reported)}\n`);
    expect(Math.max(...reported.map(({ seconds }) => seconds))).toBeLessThanOrEqual(gapSeconds);
  });

  it('left every agent with the new release', async () => {
    const command = "dpkg-query -W -f '${Version} ' ceilometer-agent-notification ceilometer-agent-central gnocchi-api";
    const version = '1:21.0.0-0lab1 1:21.0.0-0lab1 4.5.0-0lab1 ';
    expect(await Promise.all(controllers.map((host) => onHost({ host, command })))).toEqual([version, version]);
  });
});

/** Users who create stacks, one after the other, until told to stop; then how many. */
function stacksOneByOne(): { readonly stop: () => Promise<number> } {
  const stopping = new AbortController();
  const creating = (async () => {
    for (let count = 0; ; count++) {
      if (stopping.signal.aborted) return count;
      await insist(() => createStack({ name: `load-${String(count)}` }));
      await sleep(5000);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return creating;
    },
  };
}
