import { whyNoSshd } from '../../lab/machine/loopback-sshd';
import { runCampaign } from './campaign';

jest.setTimeout(600_000);
const reason = whyNoSshd();
if (reason !== null) process.stderr.write(`NOT TESTED: torture of jobs: ${reason}\n`);

(reason === null ? describe : describe.skip)('jobs under torture, the short form of `npm run torture`', () => {
  it('hold every invariant while lines are cut and workers, supervisors and sessions killed', async () => {
    const said: string[] = [];
    const score = await runCampaign({
      seed: 7,
      firstRound: 0,
      // On a busy machine the fence of a round may be raised before any of its jobs has started.
      goal: { cuts: 10, workerKills: 2, megabytes: 0.1, rounds: 20, minutes: 9 },
      say: (line) => said.push(line),
    });
    expect(said.filter((line) => line.includes('VIOLATION'))).toEqual([]);
    expect(score.violations).toBe(0);
    expect([score.cuts >= 10, score.workerKills >= 2, score.megabytes >= 0.1]).toEqual([true, true, true]);
  });
});
