import '../lab/lab-own-network';
import { type HostName, samplesOf } from '../../lab';
import type { Finding } from '../../schema/plan';
import type { PreflightResult } from '../../schema/status';
import { workflowId } from '../../client/workflow-id';
import { approvePlan, controllers } from '../lab/four-services';
import { counted, extras, intervalSeconds, polled } from '../lab/telemetry';
import { onHost, openGate, sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
const id = workflowId({ ...request, kind: 'partial' });
const meter = 'lab.going';
const agents = 'ceilometer-agent-notification ceilometer-agent-central';
const code = '/usr/lib/python3/dist-packages';

/** A pollster of the installed release that the next one has not: in its list of pollsters, which the new package replaces. */
const pollsterThatGoes = `set -e
cat > ${code}/ceilometer/lab_going.py <<'END'
from ceilometer import sample
from ceilometer.polling import plugin_base


class Going(plugin_base.PollsterBase):
    default_discovery = 'endpoint:identity'

    def get_samples(self, manager, cache, resources):
        yield sample.Sample(name='${meter}', type='gauge', unit='one', volume=1, user_id=None, project_id=None,
                            resource_id='of-the-lab', resource_metadata={})
END
sed -i 's/^\\[ceilometer\\.poll\\.central\\]$/&\\n${meter} = ceilometer.lab_going:Going/' ${code}/ceilometer-*info/entry_points.txt
sed -i 's/^        - identity\\.users$/&\\n        - ${meter}/' /etc/ceilometer/polling.yaml
sed -i 's/^      identity\\.users:$/      ${meter}:\\n        archive_policy_name: ceilometer-high\\n&/' /etc/ceilometer/gnocchi_resources.yaml
systemctl restart ${agents}`;

/** As if the installed release had come with another pipeline than the next one. */
const otherPackaged = `sed -i 's/^          - "\\*"$/&\\n          - "!lab.nothing"/' ${code}/ceilometer/pipeline/data/pipeline.yaml`;
const asPackaged = `sed -i '/"!lab.nothing"/d' ${code}/ceilometer/pipeline/data/pipeline.yaml`;

/** Somebody's own, on one host. */
const ownPipeline = `{ sed 's/^          - "\\*"$/&\\n          - "!lab.nothing"/' ${code}/ceilometer/pipeline/data/pipeline.yaml; } > /etc/ceilometer/pipeline.yaml
chown root:ceilometer /etc/ceilometer/pipeline.yaml; chmod 640 /etc/ceilometer/pipeline.yaml
systemctl restart ceilometer-agent-notification`;

const onControllers = (command: string): Promise<string[]> =>
  Promise.all(controllers.map((host) => onHost({ host, command })));

const described = ({ id: what, text }: Finding): string => `${what}: ${text}`;

describe('a partial upgrade of Ceilometer whose hosts have other pipelines, and that ends a meter in use', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras });
    await onControllers(pollsterThatGoes);
    await sleep(4 * intervalSeconds * 1000);
  });
  afterAll(() => rig.stop());

  it('says before it that the new release brings other pipelines', async () => {
    await onControllers(otherPackaged);
    const { workflowId: preflight } = await rig.client.preflight({ ...request, kind: 'partial' });
    const { warnings, blockers } = (await rig.client.result(preflight)) as PreflightResult;
    await onControllers(asPackaged);
    const said = warnings.filter((one) => one.id.startsWith('pipelines')).map(described);
    process.stdout.write(`${said.join('\n')}\n`);
    expect(blockers).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(
        /^pipelines-change-ceilometer: .*brings other pipelines \(\/etc\/ceilometer\/pipeline\.yaml\)/,
      ),
    ]);
  });

  it('starts once both are accepted, and measures what is left all the time', async () => {
    const { client } = rig;
    await onHost({ host: 'ctl2', command: ownPipeline });
    const begun = new Date(Date.now() - 3 * intervalSeconds * 1000);
    expect((await samplesOf({ meter, since: begun })).length).toBeGreaterThan(1);
    await client.startPartial(request);
    const gate = await openGate({ client, id, about: 'plan', forSeconds: 300 });
    process.stdout.write(`${gate.question}\n`);
    const expected = ['pipelines-differ-ceilometer', 'pollsters-removed-ceilometer'];
    expect(gate.accept).toEqual(expect.arrayContaining(expected));
    const accept = gate.accept.filter((one) => !expected.includes(one));
    await expect(client.approve(id, { gate: gate.code, by: 'ana', reason: 'test', accept })).rejects.toThrow(
      /pipelines-differ-ceilometer, pollsters-removed-ceilometer/,
    );
    await approvePlan({ rig, id });
    expect(await endWithoutQuestion({ rig, id })).toEqual(['completed', [], []]);
    const ended = new Date();
    await sleep(4 * intervalSeconds * 1000);
    const [during, after] = [await counted(begun), await counted(ended)];
    process.stdout.write(
      `${polled}: longest time without a sample ${String(during.gapSeconds)} s, ${String(during.twice)} twice, ${String(during.early)} early\n`,
    );
    expect([during.twice, after.twice]).toEqual([0, 0]);
    expect(during.gapSeconds).toBeLessThanOrEqual(2.5 * intervalSeconds);
    // The last one may have been taken a moment before the last old agent stopped.
    expect(await samplesOf({ meter, since: ended })).toEqual([]);
    expect(await samplesOf({ meter, since: begun })).not.toEqual([]);
  });

  it('leaves the file of the host that has its own, and what was measured before', async () => {
    const own = async (host: HostName): Promise<string> =>
      onHost({ host, command: 'grep -c lab.nothing /etc/ceilometer/pipeline.yaml 2>/dev/null || true' });
    expect([await own('ctl1'), await own('ctl2')]).toEqual(['', '1\n']);
  });
});
