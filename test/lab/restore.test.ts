import './lab-own-network';
import { raiseDrillGround, type DrillGround } from './drill';

jest.setTimeout(30 * 60 * 1000);

/** A sample of `npm run drill`, which does it in every state that a run comes to. */
describe('a full upgrade that fails after it migrates', () => {
  let ground: DrillGround;

  beforeAll(async () => {
    ground = await raiseDrillGround();
  });
  afterAll(() => ground.stop());

  // A migration that did its work and failed; the last step, with users on the new code.
  it.each(['heat/db-sync@ctl1:after', 'open/serve@lb1:after'])(
    'is as before once it is rolled back: %s',
    async (step) => {
      expect(await ground.failAt(step)).toMatchObject({
        state: 'rolledBack',
        asked: [],
        owed: 0,
        differs: [],
        stack: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'],
      });
    },
  );
});
