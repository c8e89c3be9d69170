import type { FenceState } from '../../../remote';
import { begin, crashJob, historyOf, letGo, untilLetGo } from '../crash-job';
import { HOST, type CrashStage } from '../crash-stage';
import type { FenceReading } from '../history';
import type { Scenario } from './scenario';

const OLD = { cloud: 'cedar', number: 1 } as const;
const NEW = { cloud: 'cedar', number: 2 } as const;

/** A newer owner tells the host, where a job of the older one runs and another waits for it. */
export const raiseFence: Scenario = {
  name: 'raise of a fence',
  async play({ stage, breaking }) {
    const running = crashJob({ stage, step: 'running', mutex: 'database', fence: OLD, body: untilLetGo(stage) });
    const waiting = crashJob({ stage, step: 'waiting', mutex: 'database', fence: OLD });
    const late = crashJob({ stage, step: 'late', fence: OLD });
    const newer = crashJob({ stage, step: 'newer', fence: NEW });
    await begin({ stage, job: running, until: 'RUNNING' });
    await begin({ stage, job: waiting, until: 'WAITING_MUTEX' });
    const { answer, broken } = await breaking({ verbs: ['fence'], ask: (signal) => raise({ stage, ...NEW, signal }) });
    const readings = [
      reading({ when: 'after the fault', atLeast: answer === null ? OLD.number : NEW.number, told: await read(stage) }),
      reading({ when: 'after another raise', atLeast: NEW.number, told: await raise({ stage, ...NEW }) }),
      reading({ when: 'after the old owner came back', atLeast: NEW.number, told: await raise({ stage, ...OLD }) }),
    ];
    letGo(stage);
    return {
      jobs: [
        await historyOf({ stage, job: waiting, fence: 'beforeStart' }),
        await historyOf({ stage, job: late, fence: 'beforeStart' }),
        await historyOf({ stage, job: running, disturbances: broken === 'hostDown' ? ['hostDown'] : [] }),
        await historyOf({ stage, job: newer }),
      ],
      bystanders: [],
      fences: [{ name: NEW.cloud, readings }],
    };
  },
};

function reading(options: {
  readonly when: string;
  readonly atLeast: number;
  readonly told: FenceState | null;
}): FenceReading {
  return { ...options, takenOver: 'no' };
}

/** null: the host cannot say. */
function read(stage: CrashStage): Promise<FenceState | null> {
  return stage
    .controller()
    .readFence({ host: HOST, cloud: NEW.cloud })
    .catch(() => null);
}

function raise(options: {
  readonly stage: CrashStage;
  readonly cloud: string;
  readonly number: number;
  readonly signal?: AbortSignal;
}): Promise<FenceState> {
  const { stage, ...request } = options;
  return stage.controller().raiseFence({ host: HOST, by: 'torture', reason: 'another owner', ...request });
}
