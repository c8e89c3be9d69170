import type { FenceState } from '../../../remote';
import { crashJob, historyOf, runToEnd } from '../crash-job';
import { HOST, type CrashStage, type PersonWasTold } from '../crash-stage';
import type { FenceReading } from '../history';
import type { Scenario } from './scenario';

const CLOUD = 'cedar';
const ANA = ['--by', 'ana', '--reason', 'the database looks wrong'] as const;

/** A person takes a host over, which is broken, and hands it back. */
export const takeOver: Scenario = {
  name: 'take-over',
  async play({ stage, breaking }) {
    await runToEnd({ stage, job: crashJob({ stage, step: 'before' }) }); // so that the host's directories are there
    const refused = crashJob({ stage, step: 'refused' });
    const obeyed = crashJob({ stage, step: 'obeyed' });
    const { answer } = await breaking({ verbs: ['take-over'], ask: () => stage.person('take-over', ...ANA) });
    const first = await readingOf({ stage, when: 'after the fault', takenOver: toldByTakeOver(answer) });
    await stage.person('take-over', ...ANA);
    const second = await readingOf({ stage, when: 'after another take-over', takenOver: 'yes' });
    const whileTaken = await historyOf({ stage, job: refused, fence: 'beforeStart' });
    await stage.person('hand-back', ...ANA);
    const third = await readingOf({ stage, when: 'after hand-back', takenOver: 'no' });
    return {
      jobs: [whileTaken, await historyOf({ stage, job: obeyed })],
      bystanders: [],
      fences: [{ name: CLOUD, readings: [first, second, third] }],
    };
  },
};

/** A person hands a host back, which is broken. */
export const handBack: Scenario = {
  name: 'hand-back',
  async play({ stage, breaking }) {
    const job = crashJob({ stage, step: 'job' });
    const taken = await stage.person('take-over', ...ANA);
    if (taken.exitCode !== 0) throw new Error(`The host was not taken over: ${taken.said}`);
    const { answer } = await breaking({ verbs: ['hand-back'], ask: () => stage.person('hand-back', ...ANA) });
    const first = await readingOf({ stage, when: 'after the fault', takenOver: toldByHandBack(answer) });
    await stage.person('hand-back', ...ANA);
    const second = await readingOf({ stage, when: 'after another hand-back', takenOver: 'no' });
    return {
      jobs: [await historyOf({ stage, job })],
      bystanders: [],
      fences: [{ name: CLOUD, readings: [first, second] }],
    };
  },
};

/** What the person must believe now. A program that was killed has said nothing. */
function toldByTakeOver(told: PersonWasTold | null): FenceReading['takenOver'] {
  if (told?.exitCode === 0) return 'yes';
  if (told?.said.includes('you have taken over this host') === true) return 'yes';
  return told?.said.includes('still accepts the upgrade') === true ? 'no' : 'perhaps';
}

function toldByHandBack(told: PersonWasTold | null): FenceReading['takenOver'] {
  if (told?.exitCode === 0) return 'no';
  if (told?.said.includes('this host accepts the upgrade again') === true) return 'no';
  return told?.said.includes('the host still refuses the upgrade') === true ? 'yes' : 'perhaps';
}

async function readingOf(options: {
  readonly stage: CrashStage;
  readonly when: string;
  readonly takenOver: FenceReading['takenOver'];
}): Promise<FenceReading> {
  const { stage, when, takenOver } = options;
  const told: FenceState | null = await stage
    .controller()
    .readFence({ host: HOST, cloud: CLOUD })
    .catch(() => null);
  return { when, atLeast: 0, takenOver, told };
}
