import { SHELLS } from '../activities/remote/shell-host';
import { runCrashPoints, whyNoCrashPoints } from './crash-points';

jest.setTimeout(600_000);
const reason = whyNoCrashPoints();
if (reason !== null) process.stderr.write(`NOT TESTED: crashes at system calls: ${reason}\n`);
/** Each shell gets another part of all points; `npm run torture` tries every point in every shell. */
const ONE_OF = 24;

(reason === null ? describe : describe.skip)('a job that is broken at a system call', () => {
  it.each(SHELLS.map((shell, index) => ({ ...shell, offset: index * 8 })))(
    'runs at most once and is told truly, in $shell',
    async ({ shell, path, offset }) => {
      const said: string[] = [];
      const pick = (_: unknown, index: number): boolean => index % ONE_OF === offset;
      const score = await runCrashPoints({ shell, path, pick, say: (line) => said.push(line) });
      expect({ said, violations: score.violations }).toEqual({ said: [], violations: 0 });
      expect(score.runs).toBeGreaterThan(4);
    },
  );
});
