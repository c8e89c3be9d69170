import '../lab/lab-own-network';
import { createStack, stackStatus, updateStack } from '../lab/cloud-stack';
import { differences, exactCloud } from '../lab/exact-cloud';
import { insist, openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

const upgradeId = 'cedar.all.full.bobcat';
const rollbackId = 'cedar.rollback';

/** Days later, in the eyes of a run: the one that upgraded is over, completed or terminated. */
describe('openstackRollback on real hosts', () => {
  let rig: UpgradeRig;
  let before: readonly string[];

  beforeAll(async () => {
    rig = await startRig();
    await createStack({ name: 'from-before' });
    before = await exactCloud();
  });
  afterAll(() => rig.stop());

  async function upgrade(options: { gates?: readonly string[] } = {}): Promise<void> {
    const { client } = rig;
    await client.startFull({ cloud: 'cedar', to: 'bobcat', options: { openAutomatically: true, ...options } });
    const plan = await openGate({ client, id: upgradeId, about: 'plan', forSeconds: 240 });
    await client.approve(upgradeId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
  }

  // Heat's canary was deleted when that run ended, and the dump has its project.
  const lossesOfStack = ['lost-stack-projects', 'lost-stacks', 'restored-stack-projects', 'writes-are-lost'];

  async function rollBack(warnings: readonly string[] = ['writes-are-lost']): Promise<string> {
    const { client } = rig;
    await insist(() => client.rollback({ cloud: 'cedar' }));
    const plan = await openGate({ client, id: rollbackId, about: 'plan', forSeconds: 240 });
    expect(plan.accept).toEqual(warnings);
    await client.approve(rollbackId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
    const open = await openGate({ client, id: rollbackId, about: 'phase', forSeconds: 1200 });
    expect(open.about).toMatchObject({ phaseId: expect.stringMatching(/^back-(?:all-)?open$/) as unknown });
    expect(open.question).toMatch(/^The installed release is proved on every host\. .* keystone is open already/);
    await client.approve(rollbackId, { gate: open.code, by: 'ana', reason: 'test' });
    const known = [plan.code, open.code];
    const end = await untilStatus({
      client,
      id: rollbackId,
      holds: ({ state, gates }) => state === 'completed' || gates.some(({ code }) => !known.includes(code)),
      forSeconds: 1200,
    });
    expect(end.gates.map(({ question }) => question)).toEqual([]);
    expect(end.owed).toEqual([]);
    const { sentence } = await client.result(rollbackId);
    return sentence;
  }

  it('takes a completed upgrade back, with what users wrote since, and does it twice', async () => {
    const { client } = rig;
    await upgrade();
    await untilStatus({ client, id: upgradeId, holds: ({ state }) => state === 'completed', forSeconds: 1200 });
    await createStack({ name: 'from-after' });
    expect(await rollBack(lossesOfStack)).toMatch(
      /^cedar: keystone, heat rolled back from bobcat to antelope, to the restore point of run /,
    );
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    await expect(stackStatus({ name: 'from-after' })).rejects.toThrow();

    await createStack({ name: 'from-between' });
    await rollBack(lossesOfStack);
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect([await stackStatus({ name: 'from-before' }), await updateStack({ name: 'from-before' })]).toEqual([
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
    ]);
  });

  it('takes back what an aborted run has left in the middle, once openstackFinish has cleaned up', async () => {
    const { client } = rig;
    before = await exactCloud();
    await upgrade({ gates: ['start'] });
    const gate = await openGate({ client, id: upgradeId, about: 'phase', forSeconds: 900 });
    await client.reject(upgradeId, { gate: gate.code, by: 'ana', reason: 'test' });
    expect((await client.result(upgradeId)).state).toBe('aborted');
    await client.finish({ cloud: 'cedar' });
    const clean = await openGate({ client, id: 'cedar.finish', about: 'plan', forSeconds: 120 });
    expect(clean.question).toContain('or start openstackRollback instead: it returns to the restore point');
    await client.approve('cedar.finish', { gate: clean.code, by: 'bo', reason: 'test' });
    expect((await client.result('cedar.finish')).state).toBe('completed');
    await rollBack();
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  it('takes back what a terminated run has left in the middle, and its lock', async () => {
    const { client, temporal } = rig;
    before = await exactCloud();
    await upgrade({ gates: ['start'] });
    await openGate({ client, id: upgradeId, about: 'phase', forSeconds: 900 });
    await temporal.client.workflow.getHandle(upgradeId).terminate('the test ends it');
    await rollBack(['run-holds-the-cloud', 'writes-are-lost']);
    expect(differences({ before, now: await exactCloud() })).toEqual([]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });
});
