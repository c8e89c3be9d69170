import { cancelRunning } from './cancel-running';
import { cancelClaimed, cancelWaiting } from './cancel-unstarted';
import { forget } from './forget';
import { writeFiles } from './write-files';
import { putProgram } from './put-program';
import { raiseFence } from './raise-fence';
import type { Scenario } from './scenario';
import { startFirst, startNext } from './start';
import { handBack, takeOver } from './take-over';

/** Every verb that alters a host. */
export const SCENARIOS: readonly Scenario[] = [
  ...[putProgram, startFirst, startNext, cancelWaiting, cancelClaimed, cancelRunning],
  ...[forget, raiseFence, takeOver, handBack, writeFiles],
];
