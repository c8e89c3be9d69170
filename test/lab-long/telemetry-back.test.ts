import '../lab/lab-own-network';
import { workflowId } from '../../client/workflow-id';
import { createStack, updateStack } from '../lab/cloud-stack';
import { approvePlan, controllers } from '../lab/four-services';
import { observedCloud } from '../lab/observed-cloud';
import { counted, extras, intervalSeconds, telemetryState } from '../lab/telemetry';
import { insist, onHost, openGate, sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';

jest.setTimeout(60 * 60 * 1000);

const services = ['keystone', 'heat', 'gnocchi', 'ceilometer'];
const id = workflowId({ cloud: 'cedar', kind: 'full', to: 'bobcat', services });
const unit = 'ceilometer-agent-notification';
const dropIn = `/etc/systemd/system/${unit}.service.d/nowhere.conf`;

/** The agent of this host reaches neither Keystone nor Gnocchi when it starts, as behind a firewall that somebody changed. */
const reachNobody = `mkdir -p $(dirname ${dropIn})
printf '[Service]\\nEnvironment=http_proxy=http://127.0.0.1:9\\n' > ${dropIn}
systemctl daemon-reload`;
const reachEverybody = `rm ${dropIn}; rmdir $(dirname ${dropIn}) 2>/dev/null; systemctl daemon-reload`;

describe('a full upgrade whose first notification agent throws its samples away', () => {
  let rig: UpgradeRig;

  const stateOf = async (): Promise<unknown> => [
    await observedCloud(),
    await Promise.all(controllers.map((host) => onHost({ host, command: telemetryState }))),
  ];

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('stops before the agent of another host starts, and rolls back to what measured before', async () => {
    const { client } = rig;
    await createStack({ name: 'from-before' });
    const before = await stateOf();
    await client.startFull({
      cloud: 'cedar',
      to: 'bobcat',
      services,
      options: { gates: ['start'] },
    });
    await approvePlan({ rig, id });
    const phase = await openGate({ client, id, about: 'phase', forSeconds: 1200 });
    await onHost({ host: 'ctl1', command: reachNobody });
    await client.approve(id, { gate: phase.code, by: 'ana', reason: 'test' });
    const failure = await openGate({ client, id, about: 'failure', forSeconds: 1200 });
    expect(failure.about).toMatchObject({ phaseId: 'start', stepId: `ceilometer/first-${unit}`, host: 'ctl1' });
    expect(failure.question).toContain('lost a publisher when it started and throws its samples away');
    const active = await Promise.all(
      controllers.map((host) => onHost({ host, command: `systemctl is-active ${unit} || true` })),
    );
    expect(active).toEqual(['active\n', 'inactive\n']);
    await onHost({ host: 'ctl1', command: reachEverybody });
    await insist(() => client.decide(id, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
    expect(await endOfRollback(failure.code)).toEqual(['rolledBack', []]);
    const since = new Date();
    expect(await stateOf()).toEqual(before);
    await sleep(4 * intervalSeconds * 1000);
    const { twice, gapSeconds } = await counted(since);
    expect([twice, gapSeconds <= 2 * intervalSeconds]).toEqual([0, true]);
    expect(await updateStack({ name: 'from-before' })).toBe('UPDATE_COMPLETE');
  });

  /** Says yes to what it asks on its way: what users wrote since Keystone opened is lost; the APIs open again. */
  async function endOfRollback(first: string): Promise<[string, readonly string[]]> {
    const { client } = rig;
    const answered = new Set([first]);
    for (;;) {
      const { state, gates } = await untilStatus({
        client,
        id,
        holds: (status) => status.state === 'rolledBack' || status.gates.some(({ code }) => !answered.has(code)),
        forSeconds: 1200,
      });
      const gate = gates.find(({ code }) => !answered.has(code));
      if (gate === undefined || !gate.choices.includes('approve'))
        return [state, gates.map(({ question }) => question)];
      answered.add(gate.code);
      await insist(() => client.approve(id, { gate: gate.code, by: 'ana', reason: 'test', accept: [...gate.accept] }));
    }
  }
});
