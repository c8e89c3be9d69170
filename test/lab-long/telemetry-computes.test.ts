import '../lab/lab-own-network';
import { addressOf, killHost, labBoot } from '../../lab';
import { hostsWith } from '../../lab/machine/hosts';
import type { Gate } from '../../schema/decision';
import type { Plan } from '../../schema/plan';
import { workflowId } from '../../client/workflow-id';
import { approvePlan, controllers } from '../lab/four-services';
import { compute, counted, extras, intervalSeconds, measuresAgain, polled, polledOnCompute } from '../lab/telemetry';
import { insist, onHost, openGate, sleep, startRig, untilStatus, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const some = 3 * intervalSeconds * 1000;
const units = 'ceilometer-agent-central ceilometer-agent-compute';
/** Of all hosts, whether an agent polls there: `ctl1 active`. */
const polling = (): Promise<string[]> =>
  Promise.all(
    [...controllers, compute].map(async (host) => {
      const said = await onHost({ host, command: `systemctl is-active ${units} || true` });
      return `${host} ${said.split('\n').includes('active') ? 'polls' : 'polls nothing'}`;
    }),
  );
const everywhere = (what: string): string[] => [...controllers, compute].map((host) => `${host} ${what}`);
const versions = (): Promise<string[]> =>
  Promise.all(
    [...controllers, compute].map((host) =>
      onHost({ host, command: "dpkg-query -W -f '${Version}' ceilometer-common" }),
    ),
  );

/** A compute host is part of a run where the cloud file gives it the role of a controller as well. */
const hosts = Object.fromEntries(
  hostsWith(extras).map(({ name, roles }) => [
    name,
    { address: addressOf(name), roles: [...roles, ...(name === compute ? ['controller'] : [])] },
  ]),
);

async function raise(): Promise<UpgradeRig> {
  const policy = { workEndsSeconds: 60, unreachableSeconds: 20 };
  const rig = await startRig({ extras, change: { hosts, policy } });
  await sleep(some);
  return rig;
}

/** The question about the host that is away. */
async function askedAbout(options: { readonly rig: UpgradeRig; readonly id: string }): Promise<Gate> {
  const gate = await openGate({ client: options.rig.client, id: options.id, about: 'failure', forSeconds: 900 });
  process.stdout.write(`${gate.question}\n`);
  return gate;
}

describe('a full upgrade of Ceilometer with a third host, that only polls and loses its power in the middle', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await raise();
  });
  afterAll(() => rig.stop());

  it('stops all agents: none polls on any host before the first new one starts; a host that comes back starts nothing by itself', async () => {
    const { client } = rig;
    const services = ['gnocchi', 'ceilometer'];
    const request = { cloud: 'cedar', to: 'bobcat', services };
    const id = workflowId({ ...request, kind: 'full' });
    const begun = new Date(Date.now() - some);
    expect(await polling()).toEqual(everywhere('polls'));
    await client.startFull({ ...request, options: { gates: ['start'], openAutomatically: true } });
    await approvePlan({ rig, id });
    const gate = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    expect(await polling()).toEqual(everywhere('polls nothing'));

    await client.approve(id, { gate: gate.code, by: 'ana', reason: 'test' });
    await untilStatus({
      client,
      id,
      holds: ({ running }) => running.some(({ step }) => step.includes('ceilometer-agent-notification')),
      forSeconds: 600,
    });
    await killHost({ host: compute });
    const away = await askedAbout({ rig, id });
    expect([away.about, away.choices]).toMatchObject([
      { kind: 'failure', host: compute },
      expect.arrayContaining(['wait', 'leaveHostOut']),
    ]);
    await labBoot({ host: compute });
    await sleep(10_000);
    expect(await onHost({ host: compute, command: 'systemctl is-active ceilometer-agent-compute || true' })).toBe(
      'inactive\n',
    );
    await insist(() => client.decide(id, { gate: away.code, choice: 'wait', by: 'bo', reason: 'it is back' }));
    const end = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => state === 'completed' || gates.some(({ code }) => code !== away.code),
      forSeconds: 900,
    });
    expect([end.state, end.gates.map(({ question }) => question), end.owed, end.remains]).toEqual([
      'completed',
      [],
      [],
      undefined,
    ]);
    expect([await polling(), await versions()]).toEqual([everywhere('polls'), Array(3).fill('1:21.0.0-0lab1')]);
    await sleep(some);
    for (const meter of [polled, polledOnCompute]) {
      const { twice, early, gapSeconds } = await counted(begun, meter);
      process.stdout.write(
        `full, ${meter}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
      );
      expect([meter, twice]).toEqual([meter, 0]);
    }
  });
});

describe('a partial upgrade of Ceilometer with a third host, that only polls and loses its power in the middle', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await raise();
  });
  afterAll(() => rig.stop());

  it('waits in the turn of that host, and the others measure meanwhile', async () => {
    const { client } = rig;
    const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
    const id = workflowId({ ...request, kind: 'partial' });
    const begun = new Date(Date.now() - some);
    await client.startPartial({ ...request, options: { gates: [`agents-${compute}`] } });
    await approvePlan({ rig, id });
    const { plan } = (await client.planData(id)) as { plan: Plan };
    process.stdout.write(`turns: ${plan.phases.map(({ id: phase }) => phase).join(', ')}\n`);
    const gate = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    await killHost({ host: compute });
    await client.approve(id, { gate: gate.code, by: 'ana', reason: 'test' });
    const away = await askedAbout({ rig, id });
    expect(away.about).toMatchObject({ kind: 'failure', host: compute });
    await sleep(some);
    const meanwhile = await counted(begun);
    expect([meanwhile.twice, meanwhile.gapSeconds <= 2 * intervalSeconds]).toEqual([0, true]);
    await labBoot({ host: compute });
    await insist(() => client.decide(id, { gate: away.code, choice: 'wait', by: 'bo', reason: 'it is back' }));
    const known = [gate.code, away.code];
    await untilStatus({
      client,
      id,
      holds: ({ gates }) => gates.every(({ code }) => !known.includes(code)),
      forSeconds: 120,
    });
    expect(await endWithoutQuestion({ rig, id })).toEqual(['completed', [], []]);
    expect([await polling(), await versions()]).toEqual([everywhere('polls'), Array(3).fill('1:21.0.0-0lab1')]);
    await sleep(some);
    const { twice, early, gapSeconds } = await counted(begun);
    process.stdout.write(
      `partial, ${polled}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
    );
    expect([twice, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    expect(await measuresAgain(new Date(), polledOnCompute)).toBe(true);
  });
});
