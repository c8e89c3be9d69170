import { SHELLS } from '../remote/jobs/shell-host';
import { runCrashPoints, whyNoCrashPoints } from './crash-points';
import { SCENARIOS } from './scenarios';

jest.setTimeout(600_000);
const reason = whyNoCrashPoints();
if (reason !== null) process.stderr.write(`NOT TESTED: crashes at system calls: ${reason}\n`);
/** Of each way one point in so many, and in one shell; `npm run torture` tries every point in every shell. */
const ONE_OF = 48;
/** So that it is not always the first of a way; the shortest way has more. */
const offsetOf = (index: number): number => (index * 5) % 12;

(reason === null ? describe : describe.skip)('a host that breaks at a system call', () => {
  const cases = SCENARIOS.map((scenario, index) => ({
    ...{ scenario, name: scenario.name, offset: offsetOf(index) },
    ...SHELLS[index % SHELLS.length]!,
  }));
  it.each(cases)('keeps its promise on the way of: $name, in $shell', async ({ scenario, shell, path, offset }) => {
    const said: string[] = [];
    const pick = (_: unknown, index: number): boolean => index % ONE_OF === offset;
    const score = await runCrashPoints({ scenario, shell, path, pick, say: (line) => said.push(line) });
    expect({ said, violations: score.violations }).toEqual({ said: [], violations: 0 });
    expect(score.runs).toBeGreaterThan(0);
  });
});
