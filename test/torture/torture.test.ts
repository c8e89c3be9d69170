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
      goal: { cuts: Number.POSITIVE_INFINITY, workerKills: Number.POSITIVE_INFINITY, rounds: 2, minutes: 9 },
      say: (line) => said.push(line),
    });
    expect(said.filter((line) => line.includes('VIOLATION'))).toEqual([]);
    expect(score).toMatchObject({ rounds: 2, violations: 0 });
    expect(Math.min(score.cuts, score.workerKills, score.megabytes)).toBeGreaterThan(0);
  });
});
