import '../lab/lab-own-network';
import { killHost, labBoot } from '../../lab';
import type { Gate } from '../../schema/decision';
import type { Plan } from '../../schema/plan';
import { workflowId } from '../../client/workflow-id';
import { approvePlan, controllers } from '../lab/four-services';
import { takenBack } from '../lab/taken-back';
import {
  type AgentEvent,
  agentEvents,
  compute,
  counted,
  extras,
  intervalSeconds,
  measuresAgain,
  polled,
  polledOnCompute,
} from '../lab/telemetry';
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

const newRelease = '1:21.0.0-0lab1';
const oldRelease = '1:20.0.0-0lab1';

async function raise(): Promise<UpgradeRig> {
  const policy = { workEndsSeconds: 60, unreachableSeconds: 20 };
  const rig = await startRig({ extras, change: { policy } });
  await sleep(some);
  return rig;
}

/** Agents that had not stopped when the first one started again, of any host. */
async function runningAtFirstStart(since: Date): Promise<readonly string[]> {
  const events = (await agentEvents(since)).filter(({ at }) => at > since.getTime() / 1000);
  const first = events.find(({ what }) => what === 'Started');
  if (first === undefined) throw new Error('no agent has started');
  const stopped = events.filter(({ what, at }) => what === 'Stopped' && at < first.at).map(nameOf);
  process.stdout.write(`${events.map((event) => `${String(event.at)} ${event.what} ${nameOf(event)}`).join('\n')}\n`);
  return agents.filter((agent) => !stopped.includes(agent));
}

const nameOf = ({ host, unit }: Pick<AgentEvent, 'host' | 'unit'>): string => `${unit} on ${host}`;
const agents = [
  ...controllers.map((host) => nameOf({ host, unit: 'ceilometer-agent-central' })),
  nameOf({ host: compute, unit: 'ceilometer-agent-compute' }),
];

/** Named as what it stands for: a package of the source nova with a unit that only runs. What a real one does needs a whole Nova. */
const standIn = `
set -e; work=$(mktemp -d); mkdir -p $work/DEBIAN $work/lib/systemd/system
printf 'Package: nova-compute\\nSource: nova\\nVersion: 2:27.0.0-0standin\\nArchitecture: all\\nMaintainer: lab\\nDescription: stand-in for nova-compute\\n' > $work/DEBIAN/control
printf '[Unit]\\nDescription=stand-in for nova-compute\\n[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' > $work/lib/systemd/system/nova-compute.service
dpkg-deb -b $work $work/standin.deb >/dev/null; dpkg -i $work/standin.deb >/dev/null
systemctl daemon-reload; systemctl start nova-compute`;

/** The question about the host that is away. */
async function askedAbout(options: { readonly rig: UpgradeRig; readonly id: string }): Promise<Gate> {
  const gate = await openGate({ client: options.rig.client, id: options.id, about: 'failure', forSeconds: 900 });
  process.stdout.write(`${gate.question}\n`);
  return gate;
}

describe('a full upgrade of Ceilometer with a host that is only a compute, and loses its power in the middle', () => {
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
    expect([await polling(), await versions()]).toEqual([everywhere('polls'), Array(3).fill(newRelease)]);
    await sleep(some);
    for (const meter of [polled, polledOnCompute]) {
      const { twice, early, gapSeconds } = await counted(begun, meter);
      process.stdout.write(
        `full, ${meter}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
      );
      expect([meter, twice]).toEqual([meter, 0]);
    }
  });

  it('comes back with the others in a rollback by another run', async () => {
    expect(await takenBack({ rig })).toEqual(['completed', [], []]);
    expect([await polling(), await versions()]).toEqual([everywhere('polls'), Array(3).fill(oldRelease)]);
    expect(await measuresAgain(new Date(), polledOnCompute)).toBe(true);
  });
});

describe('a full upgrade of Ceilometer with a compute host that has nova-compute, too', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await raise();
    await onHost({ host: compute, command: standIn });
  });
  afterAll(() => rig.stop());

  const untouched = `systemctl show -p MainPID nova-compute; dpkg-query -W | sha256sum; apt-mark showhold; find /etc/ceilometer -type f | sort | xargs sha256sum`;
  let before = '';
  let fullRun = '';

  it('stops its agent before the first new one starts, starts it as it is, and touches nothing else there', async () => {
    const { client } = rig;
    const request = { cloud: 'cedar', to: 'bobcat', services: ['gnocchi', 'ceilometer'] };
    const id = workflowId({ ...request, kind: 'full' });
    const started = new Date();
    const begun = new Date(started.getTime() - some);
    before = await onHost({ host: compute, command: untouched });
    await client.startFull({ ...request, options: { openAutomatically: true } });
    const plan = await openGate({ client, id, about: 'plan', forSeconds: 300 });
    const { findings, runId } = ((await client.planData(id)) as { plan: Plan }).plan;
    fullRun = runId;
    const stays = findings.find((one) => one.id === 'agents-stay-old-ceilometer');
    process.stdout.write(`${stays?.text ?? ''} ${stays?.remedy ?? ''}\n`);
    expect(stays?.text).toContain(`ceilometer-agent-compute on ${compute} (beside nova`);
    await insist(() => client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] }));
    expect(await endWithoutQuestion({ rig, id })).toEqual(['completed', [], []]);
    expect(await runningAtFirstStart(started)).toEqual([]);
    expect([await polling(), await versions(), await onHost({ host: compute, command: untouched })]).toEqual([
      everywhere('polls'),
      [newRelease, newRelease, oldRelease],
      before,
    ]);
    expect((await client.status(id)).remains).toEqual([
      `ceilometer on ${compute} is still at ${oldRelease}, and not at ${newRelease}`,
    ]);
    expect(await measuresAgain(new Date(), polledOnCompute)).toBe(true);
    await sleep(some);
    for (const meter of [polled, polledOnCompute]) {
      const { twice, early, gapSeconds } = await counted(begun, meter);
      process.stdout.write(
        `stopped and started, ${meter}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
      );
      expect([meter, twice]).toEqual([meter, 0]);
    }
  });

  it('is upgraded alone by a later run, which changes no controller, and rolled back alone', async () => {
    const { client } = rig;
    const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
    const id = workflowId({ ...request, kind: 'partial' });
    const begun = new Date(Date.now() - some);
    const onControllers = (): Promise<string[]> =>
      Promise.all(
        controllers.map((host) => onHost({ host, command: `${untouched}; systemctl show -p MainPID ${units}` })),
      );
    const asTheyWere = await onControllers();
    await client.startPartial({ ...request, options: { agents: { computes: 'upgrade' } } });
    await approvePlan({ rig, id });
    const { plan } = (await client.planData(id)) as { plan: Plan };
    expect(plan.phases.map(({ id: phase }) => phase)).toEqual(['prepare', `agents-${compute}`, 'verify']);
    process.stdout.write(`${plan.findings.map(({ id: one, text }) => `${one}: ${text}`).join('\n')}\n`);
    expect(await endWithoutQuestion({ rig, id })).toEqual(['completed', [], []]);
    expect([await polling(), await versions(), (await client.status(id)).remains]).toEqual([
      everywhere('polls'),
      Array(3).fill(newRelease),
      undefined,
    ]);
    expect(await measuresAgain(new Date(), polledOnCompute)).toBe(true);
    await sleep(some);
    const { twice, early, gapSeconds } = await counted(begun);
    process.stdout.write(
      `followed, ${polled}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
    );
    expect([twice, gapSeconds <= 2 * intervalSeconds]).toEqual([0, true]);
    expect(await takenBack({ rig })).toEqual(['completed', [], []]);
    expect([await versions(), await onHost({ host: compute, command: untouched }), await onControllers()]).toEqual([
      [newRelease, newRelease, oldRelease],
      before,
      asTheyWere,
    ]);
  });

  it('is stopped in the same order when the first run is rolled back', async () => {
    const back = new Date();
    expect(await takenBack({ rig, restorePoint: fullRun })).toEqual(['completed', [], []]);
    expect(await runningAtFirstStart(back)).toEqual([]);
    expect([await polling(), await versions(), await onHost({ host: compute, command: untouched })]).toEqual([
      everywhere('polls'),
      Array(3).fill(oldRelease),
      before,
    ]);
  });
});

describe('a partial upgrade of Ceilometer with a host that is only a compute, and loses its power in the middle', () => {
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
    expect([await polling(), await versions()]).toEqual([everywhere('polls'), Array(3).fill(newRelease)]);
    await sleep(some);
    const { twice, early, gapSeconds } = await counted(begun);
    process.stdout.write(
      `partial, ${polled}: gap ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
    );
    expect([twice, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
    expect(await measuresAgain(new Date(), polledOnCompute)).toBe(true);
  });
});
