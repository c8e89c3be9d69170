import '../lab/lab-own-network';
import {
  approvePlan,
  asBefore,
  controllers,
  extras,
  found,
  hostState,
  makeThings,
  revisions,
} from '../lab/four-services';
import { observedCloud } from '../lab/observed-cloud';
import { insist, onHost, openGate, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(40 * 60 * 1000);

describe('a full upgrade of four services that cannot go on', () => {
  let rig: UpgradeRig;

  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map((host) => onHost({ host, command: hostState }))),
    await onHost({ host: 'db1', command: revisions }),
  ];

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('rolls back where a host cannot install Glance, before any schema is migrated', async () => {
    const { client } = rig;
    const id = 'cedar.all.full.bobcat';
    const things = await makeThings();
    const before = await stateOf();
    await client.startFull({
      cloud: 'cedar',
      to: 'bobcat',
      options: { gates: ['packages'], full: { order: 'allAtOnce' } },
    });
    await approvePlan({ rig, id });
    const phase = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await onHost({
      host: 'ctl2',
      command: 'for file in /var/lib/openstack-upgrade/pool/*/new/glance-common_*.deb; do echo broken > "$file"; done',
    });
    await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });
    const failure = await openGate({ client, id, about: 'failure', forSeconds: 900 });
    expect(failure.about).toMatchObject({ phaseId: 'packages', stepId: 'packages/install', host: 'ctl2' });
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'rolledBack' || gates.some(({ code }) => code !== failure.code),
      forSeconds: 1200,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed]).toEqual(['rolledBack', [], []]);
    expect(await stateOf()).toEqual(before);
    expect(await found(things)).toEqual(asBefore);
  });
});
