import { leftovers } from '../../activities/leftovers';
import { toyCloud } from '../../testing/toy-survey';
import { compute, drawings, novaCompute } from '../plan/toy-plans';
import { localHosts } from '../support/local-hosts';

/** The hosts are this machine, on which none of these units runs. */
describe('what users miss after a run that was terminated in its middle', () => {
  it('names the units that its plan stops, host by host: agents of compute hosts whose packages stay among them', async () => {
    const { plan } = drawings['full-computes-stopped']!();
    const others = { cmp1: compute(novaCompute), cmp2: compute(novaCompute) };
    const hosts = localHosts(toyCloud(['ctl1', 'ctl2'], others));
    hosts.write('db1', 'lock', `run=${plan.runId}\n`);
    hosts.write('db1', `runs/${plan.runId}/plan.json`, JSON.stringify(plan));
    hosts.write('db1', `runs/${plan.runId}/digest`, 'd1\n');
    const { stillDown } = await leftovers({ reach: hosts.reach });
    expect(stillDown.filter((one) => one.includes('not running'))).toEqual([
      'ctl1: not running: ceilometer-agent-central, ceilometer-agent-notification',
      'ctl2: not running: ceilometer-agent-central, ceilometer-agent-notification',
      'cmp1: not running: ceilometer-agent-compute',
      'cmp2: not running: ceilometer-agent-compute',
    ]);
  });
});
