import '../lab/lab-own-network';
import { randomBytes } from 'node:crypto';
import { samplesOf } from '../../lab';
import type { Plan } from '../../schema/plan';
import { workflowId } from '../../client/workflow-id';
import { approvePlan, controllers } from '../lab/four-services';
import { uploadImage } from '../lab/lab-image';
import { counted, extras, intervalSeconds, polled } from '../lab/telemetry';
import { onHost, sleep, startRig, type UpgradeRig } from '../lab/upgrade-rig';
import { endWithoutQuestion } from '../lab/without-question';

jest.setTimeout(60 * 60 * 1000);

const request = { cloud: 'cedar', to: 'bobcat', services: ['ceilometer'] };
const id = workflowId({ ...request, kind: 'partial' });
const meter = 'image.size';
const central = 'ceilometer-agent-central';
const log = `/var/log/ceilometer/${central}.log`;

/** Ceilometer of antelope has this pollster. Its list of pollsters is made to lack it, so that the one of bobcat is new. */
const withoutPollster = `
  sed -i '/^image\\.size = /d' /usr/lib/python3/dist-packages/ceilometer-*info/entry_points.txt
  sed -i 's/^        - identity\\.users$/&\\n        - ${meter}/' /etc/ceilometer/polling.yaml
  sed -i 's/^      image\\.size:$/&\\n        archive_policy_name: ceilometer-high/' /etc/ceilometer/gnocchi_resources.yaml
  systemctl restart ceilometer-agent-notification ${central}`;

/** Which meters each agent of a host has polled since it was started, one after the other: `identity.users image.size`. */
const polls = async (host: (typeof controllers)[number]): Promise<readonly string[]> => {
  const text = await onHost({ host, command: `grep 'Polling pollster' ${log} | awk '{ print $3, $9 }'` });
  const lines = text.split('\n').filter((line) => line !== '');
  const agents = [...new Set(lines.map((line) => line.split(' ')[0] ?? ''))];
  return agents.map((pid) => {
    const own = lines.filter((line) => line.startsWith(`${pid} `)).map((line) => line.slice(pid.length + 1));
    return [...new Set(own)].sort().join(' ');
  });
};

describe('a partial upgrade of Ceilometer to a release with a pollster that the installed one has not', () => {
  let rig: UpgradeRig;

  beforeAll(async () => {
    rig = await startRig({ extras: ['glance', ...extras] });
    await uploadImage({ name: 'measured', bytes: randomBytes(100_000) });
    await Promise.all(controllers.map((host) => onHost({ host, command: withoutPollster })));
    await sleep(4 * intervalSeconds * 1000);
  });
  afterAll(() => rig.stop());

  it('has it polled apart until the last old agent has stopped, and measures everything else all the time', async () => {
    const { client } = rig;
    const begun = new Date(Date.now() - 3 * intervalSeconds * 1000);
    expect(await samplesOf({ meter, since: new Date(0) })).toEqual([]);
    await client.startPartial(request);
    await approvePlan({ rig, id });
    const { plan } = (await client.planData(id)) as { plan: Plan };
    const end = await endWithoutQuestion({ rig, id });
    expect(end).toEqual(['completed', [], []]);
    expect(plan.findings.map((one) => one.id)).toContain('pollsters-apart-ceilometer');
    const ended = new Date();
    await sleep(4 * intervalSeconds * 1000);

    const [old, all, later] = [await counted(begun), await counted(begun, meter), await counted(ended, meter)];
    const [ctl1 = [], ctl2 = []] = await Promise.all(controllers.map(polls));
    process.stdout.write(
      `${polled}: longest time without a sample ${String(old.gapSeconds)} s, ${String(old.twice)} twice; ` +
        `${meter}: ${String(all.gapSeconds)} s, ${String(all.twice)} twice\nagents of ctl1: ${ctl1.join(', ')}; of ctl2: ${ctl2.join(', ')}\n`,
    );
    expect([old.twice, all.twice, later.twice]).toEqual([0, 0, 0]);
    expect(old.gapSeconds).toBeLessThanOrEqual(2.5 * intervalSeconds);
    expect(later.gapSeconds).toBeLessThanOrEqual(2 * intervalSeconds);
    // The first upgraded agent polled it and nothing else; once the last old one had stopped, it polled everything.
    expect(ctl1.slice(-2)).toEqual([meter, `${polled} ${meter}`]);
  });

  it('leaves no file of its own, and every agent in one group', async () => {
    const command = 'ls /etc/ceilometer; cat /etc/ceilometer/polling.yaml';
    const [ctl1, ctl2] = await Promise.all(controllers.map((host) => onHost({ host, command })));
    expect(ctl1).not.toMatch(/openstack-upgrade|conf\.d/);
    expect(ctl2).toBe(ctl1);
  });
});
