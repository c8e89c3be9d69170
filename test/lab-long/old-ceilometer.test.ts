import '../lab/lab-own-network';
import { workflowId } from '../../client/workflow-id';
import { approvePlan } from '../lab/four-services';
import { askApi, dressAsOcata, standInCloud, standInState, storedSamples, versionsOf } from '../lab/old-ceilometer';
import { counted, extras, intervalSeconds } from '../lab/telemetry';
import { sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'pike', services: ['ceilometer'] };
const some = 3 * intervalSeconds * 1000;
const dressed = [`${versionsOf.ocata} active`, `${versionsOf.ocata} active`, 'revision 44'];
const upgraded = [`${versionsOf.pike} active`, `${versionsOf.pike} active`, 'revision 45'];

/** Stand-ins: see lab/packages/old-ceilometer.ts. */
describe.each<'partial' | 'full'>(['partial', 'full'])(
  'a %s upgrade of Ceilometer, stand-ins of Ocata to Pike',
  (kind) => {
    let rig: UpgradeRig;
    const id = workflowId({ ...request, kind });

    beforeAll(async () => {
      rig = await startRig({ extras, change: standInCloud() });
      await dressAsOcata();
    });
    afterAll(() => rig.stop());

    it('hands every sample to new collectors, and lets one version of the API answer', async () => {
      const { client } = rig;
      await sleep(some);
      expect(await standInState()).toEqual(dressed);
      const begun = new Date(Date.now() - some);
      const api = askApi();
      const before = await storedSamples();
      if (kind === 'partial') await client.startPartial(request);
      else await client.startFull({ ...request, options: { openAutomatically: true } });
      await approvePlan({ rig, id });
      const end = await endWithoutQuestion({ rig, id });
      const answers = await api.stop();
      await sleep(some);
      const { twice, early, gapSeconds } = await counted(begun);
      process.stdout.write(
        `${kind}: ${JSON.stringify(answers)}; longest time without a sample ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early; ` +
          `${String((await storedSamples()) - before)} samples of users in the database since\n`,
      );
      expect(end).toEqual(['completed', [], []]);
      expect(await standInState()).toEqual(upgraded);
      expect(answers.releases).toEqual(['8.1.5', '9.0.7']);
      expect(twice).toBe(0);
      expect((await storedSamples()) > before).toBe(true);
      if (kind === 'partial') expect([answers.failed, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    });
  },
);
