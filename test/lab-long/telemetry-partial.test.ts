import '../lab/lab-own-network';
import { type HostName, killHost, labBoot, labExec, samplesOf } from '../../lab';
import { sourceText } from '../../lab/packages/package-source';
import type { PreflightResult, RunResult } from '../../schema/status';
import { workflowId } from '../../client/workflow-id';
import { createStack } from '../lab/cloud-stack';
import { approvePlan, controllers } from '../lab/four-services';
import { killAtRandom } from '../lab/random-kills';
import { compute, counted, extras, intervalSeconds, polled, polledOnCompute, reported } from '../lab/telemetry';
import { takenBack } from '../lab/taken-back';
import { insist, onHost, openGate, sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

/** The host that is only a compute keeps the release before: what is left is told in every later plan. */
const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'], options: { agents: { computes: 'leave' } } };
const id = workflowId({ ...request, kind: 'partial' });

/** As an operator upgrades a compute host: by the package source of the next series. */
const upgraded = `set -e
cat > /etc/apt/sources.list.d/openstack-bobcat.sources
apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Options::=--force-confold install ceilometer-agent-compute ceilometer-common python3-ceilometer >/dev/null
systemctl restart ceilometer-agent-compute
dpkg-query -W -f '\${Status} \${Version}' ceilometer-common | grep -F 'ok installed 1:21.0.0'`;

describe('a partial upgrade of Ceilometer, antelope to bobcat, whose worker is killed at random', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
  });
  afterAll(() => rig.stop());

  it('is refused while a compute host does not answer: whether agents poll there is not known', async () => {
    const { client } = rig;
    const preflight = async (): Promise<PreflightResult> => {
      const { workflowId } = await client.preflight({ ...request, kind: 'partial' });
      return (await client.result(workflowId)) as PreflightResult;
    };
    await killHost({ host: compute });
    const { blockers } = await preflight();
    process.stdout.write(`${blockers.map(({ text, remedy }) => `${text} ${remedy}`).join('\n')}\n`);
    await labBoot({ host: compute });
    expect(blockers.map((one) => one.id)).toEqual([`host-unread-unreachable@${compute}`]);
    const { blockers: none, warnings } = await preflight();
    const stays = warnings.find((one) => one.id === 'agents-stay-old-ceilometer');
    process.stdout.write(`${stays?.text ?? ''}\n`);
    expect([none, stays?.text]).toEqual([[], expect.stringContaining(`ceilometer-agent-compute on ${compute}`)]);
  });

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
    const onCompute = await counted(begun, polledOnCompute);
    process.stdout.write(`${polledOnCompute}, by the agent of ${compute}: ${JSON.stringify(onCompute)}\n`);
    expect([onCompute.twice, onCompute.gapSeconds <= 2 * intervalSeconds]).toEqual([0, true]);
    expect(twice).toBe(0);
    expect(gapSeconds).toBeLessThanOrEqual(2.5 * intervalSeconds);
    expect([stacks > 3, heard]).toEqual([true, stacks]);
    const { sampleGaps, sampleCounts, backlog, growth, remaining } = await reported({ client, id });
    const sample = growth?.queues.find(({ queue }) => queue === 'notifications.sample');
    expect([sample?.before?.consumers, sample?.after?.consumers, growth?.unread]).toEqual([2, 2, []]);
    const agents = growth?.agents.map(({ unit, host, before, after }) => [
      `${unit} on ${host}`,
      (before?.bytes ?? 0) > 20e6 && (after?.bytes ?? 0) > 20e6,
    ]);
    expect(agents).toEqual(
      ['ceilometer-agent-central', 'ceilometer-agent-notification'].flatMap((unit) =>
        controllers.map((host) => [`${unit} on ${host}`, true]),
      ),
    );
    process.stdout.write(`${JSON.stringify(growth)}\n`);
    expect(Math.max(...sampleGaps.map(({ seconds }) => seconds))).toBeLessThanOrEqual(gapSeconds);
    expect(sampleCounts.meters.map((one) => [one.meter, one.twice])).toEqual([[polled, 0]]);
    expect(backlog?.points.length).toBeGreaterThan(5);
    expect(remaining.map(({ host, installed }) => [host, installed])).toEqual([[compute, '1:20.0.0-0lab1']]);
  });

  it('is not done while a host has the release before: every later plan says so, until none has it', async () => {
    const { client } = rig;
    const remains = [`ceilometer on ${compute} is still at 1:20.0.0-0lab1, and not at 1:21.0.0-0lab1`];
    const reminders = async (): Promise<readonly string[]> => {
      const { workflowId } = await client.preflight({ cloud: 'cedar', to: 'bobcat', services: ['heat'] });
      const { notes } = (await client.result(workflowId)) as PreflightResult;
      return notes.filter((one) => one.id.startsWith('old-release-remains')).map(({ text }) => text);
    };
    expect([(await client.status(id)).remains, ((await client.result(id)) as RunResult).remains]).toEqual([
      remains,
      remains,
    ]);
    const [said = '', ...others] = await reminders();
    process.stdout.write(`${said}\n`);
    expect(said).toContain(`and ${compute} (1:20.0.0-0lab1) still has the release before`);
    const finished = async (): Promise<unknown> => {
      const { workflowId } = await client.finish({ cloud: 'cedar' });
      return ((await client.result(workflowId)) as RunResult).remains;
    };
    expect([others, await finished()]).toEqual([[], remains]);
    const input = sourceText({ series: 'bobcat', extras, packaging: 'debian', odd: [] });
    expect(await labExec({ host: compute, command: upgraded, input })).toMatchObject({ exitCode: 0 });
    expect([await reminders(), await finished()]).toEqual([[], undefined]);
  });

  it('left every agent with the new release', async () => {
    const command = "dpkg-query -W -f '${Version} ' ceilometer-agent-notification ceilometer-agent-central gnocchi-api";
    const version = '1:21.0.0-0lab1 1:21.0.0-0lab1 4.5.0-0lab1 ';
    expect(await Promise.all(controllers.map((host) => onHost({ host, command })))).toEqual([version, version]);
  });

  const installed = (): Promise<string[]> =>
    Promise.all(
      [...controllers, compute].map((host: HostName) =>
        onHost({ host, command: "dpkg-query -W -f '${Version}' ceilometer-common; apt-mark showhold" }),
      ),
    );
  // The compute host people upgraded, and no run did.
  const [old, isNew] = ['1:20.0.0-0lab1', '1:21.0.0-0lab1'];
  const asBefore = [old, old, isNew];

  it('is taken back by another run after its end, host by host, while the others measure', async () => {
    const begun = new Date();
    expect(await takenBack({ rig })).toEqual(['completed', [], []]);
    await sleep(4 * intervalSeconds * 1000);
    expect(await installed()).toEqual(asBefore);
    const { twice, early, gapSeconds } = await counted(begun);
    process.stdout.write(
      `taken back, ${polled}: longest time without one ${String(gapSeconds)} s, ${String(twice)} twice, ${String(early)} early\n`,
    );
    expect([twice, gapSeconds <= 2.5 * intervalSeconds]).toEqual([0, true]);
  });

  it('is taken back by another run from between two hosts, where it was given up', async () => {
    const { client } = rig;
    const [, second] = controllers;
    const options = { ...request.options, gates: [`agents-${second}`] };
    await client.startPartial({ ...request, options });
    await approvePlan({ rig, id });
    const gate = await openGate({ client, id, about: 'phase', forSeconds: 900 });
    expect(await installed()).toEqual([isNew, old, isNew]);
    await insist(() => client.reject(id, { gate: gate.code, by: 'ana', reason: 'test' }));
    const { state, sentence } = (await client.result(id)) as RunResult;
    process.stdout.write(`${sentence}\n`);
    expect([state, sentence]).toEqual([
      'aborted',
      expect.stringContaining('openstackRollback with {"cloud":"cedar"} takes the run back host by host'),
    ]);
    expect(await takenBack({ rig })).toEqual(['completed', [], []]);
    expect(await installed()).toEqual(asBefore);
    const back = new Date();
    await sleep(4 * intervalSeconds * 1000);
    const { twice, gapSeconds } = await counted(back);
    expect([twice, gapSeconds <= 2 * intervalSeconds]).toEqual([0, true]);
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
