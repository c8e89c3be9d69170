import '../lab/lab-own-network';
import { addressOf, cloudWorksAt, type LabSample, samplesOf } from '../../lab';
import { profiles } from '../../lab/packages/extra-services';
import { createStack, updateStack } from '../lab/cloud-stack';
import { controllers, upgraded } from '../lab/four-services';
import { onHost, sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const extras = profiles.telemetry;
/** Every user of Keystone, every 20 s (lab/recipe/configure-ceilometer.sh). */
const polled = 'identity.users';
const intervalSeconds = 20;

const versions = (): Promise<string[]> => {
  const command = "dpkg-query -W -f '${Version} ' gnocchi-api ceilometer-agent-notification heat-api keystone";
  return Promise.all(controllers.map((host) => onHost({ host, command })));
};

/** Seconds between samples of one resource, in their order. */
function distances(samples: readonly LabSample[]): number[] {
  const resources = [...new Set(samples.map(({ resource }) => resource))];
  return resources.flatMap((resource) => {
    const times = samples.filter((one) => one.resource === resource).map(({ at }) => Date.parse(at) / 1000);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  });
}

/** Samples that arrive, as the seconds between them: none are taken twice, and the longest time without one is the gap. */
async function counted(since: Date): Promise<{ readonly twice: number; readonly gapSeconds: number }> {
  const between = distances(await samplesOf({ meter: polled, since }));
  expect(between.length).toBeGreaterThan(0);
  return { twice: between.filter((one) => one < intervalSeconds / 2).length, gapSeconds: Math.max(...between) };
}

describe('a full upgrade of Keystone, Heat, Gnocchi and Ceilometer, antelope to bobcat', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('measures before and after it, takes no sample twice, and every service works', async () => {
    await createStack({ name: 'from-before' });
    await sleep(3 * intervalSeconds * 1000);
    const begun = new Date(Date.now() - 3 * intervalSeconds * 1000);
    expect(await upgraded({ rig, to: 'bobcat' })).toEqual(['completed', [], []]);
    const ended = new Date();
    await sleep(4 * intervalSeconds * 1000);
    expect(await versions()).toEqual([
      '4.6.0-0lab1 1:21.0.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 ',
      '4.6.0-0lab1 1:21.0.0-0lab1 1:21.0.0-0lab1 2:24.0.0-0lab1 ',
    ]);
    const [during, after] = [await counted(begun), await counted(ended)];
    process.stdout.write(`Samples of ${polled}: gap ${String(during.gapSeconds)} s over the upgrade\n`);
    expect([during.twice, after.twice]).toEqual([0, 0]);
    expect(after.gapSeconds).toBeLessThanOrEqual(2 * intervalSeconds);
    expect(during.gapSeconds).toBeLessThan(1200);
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
