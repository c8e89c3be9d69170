import { hostsOfRun } from '../../activities/hosts-of-run';
import { toyCloud } from '../../testing/toy-survey';
import { localHosts } from '../support/local-hosts';

const runId = '309846d1-df61-46da-a754-662d5af1b071';
const compute = { roles: ['compute'], units: [] } as const;
const cloud = toyCloud(['ctl1'], { cmp1: compute, cmp2: compute });

describe('hosts that a run may have changed', () => {
  it('are those of its plan: compute hosts among them that only their survey told', async () => {
    const hosts = localHosts(cloud);
    const plan = { hosts: ['ctl1', 'db1', 'cmp2', 'gone1'].map((name) => ({ name, roles: [] })) };
    hosts.write('db1', `runs/${runId}/plan.json`, JSON.stringify(plan));
    expect(await hostsOfRun({ reach: hosts.reach, runId })).toEqual(['cmp2', 'ctl1', 'db1', 'lb1', 'mq1']);
  });

  it('are all hosts of the cloud where its plan is not there', async () => {
    const { reach } = localHosts(cloud);
    expect(await hostsOfRun({ reach, runId })).toEqual(['cmp1', 'cmp2', 'ctl1', 'db1', 'lb1', 'mq1']);
  });
});
