import { planRollback } from '../../plan/orders/rollback';
import type { ChangedSince, Losses } from '../../plan/scope/restore-point';
import type { Holder } from '../../schema/lock-holder';
import type { Plan } from '../../schema/plan';
import type { RollbackRequest } from '../../schema/request';
import { toyPlan } from './planned';

/** The run that is undone. */
export const point = '11111111-1111-4111-8111-111111111111';

/** Its plan. */
export const earlierPlan = (order: 'allAtOnce' | 'staged' = 'allAtOnce'): Plan => ({
  ...toyPlan({ request: { options: { full: { order } } } }),
  runId: point,
});

export const nobody: Holder = { runId: null, workflowId: null, plan: null };

const defaults = {
  runId: '22222222-2222-4222-8222-222222222222',
  approvers: ['ana'],
  cloudDigest: 'digest',
  unread: [],
  changed: [],
  holder: nobody,
  lost: null,
  request: { options: { openAutomatically: false, withRestore: false } },
} as const;

/** Planned from steps that were done on every host of the plan, or on this one alone. */
export function rollbackOf(options: {
  plan?: Plan;
  done: readonly string[];
  on?: string;
  /** Beside what is done. */
  started?: readonly string[];
  lost?: Losses | null;
  holder?: Holder;
  request?: Partial<RollbackRequest>;
  changed?: readonly ChangedSince[];
}): Plan {
  const {
    plan = earlierPlan(),
    done,
    on,
    started = [],
    lost = null,
    holder = nobody,
    request = {},
    changed = [],
  } = options;
  const hosts = on === undefined ? plan.hosts.map(({ name }) => name) : [on];
  const bound = (steps: readonly string[]): string[] => steps.flatMap((id) => hosts.map((host) => `${id}@${host}`));
  return planRollback({
    ...defaults,
    point: { plan, started: bound(started), done: bound(done) },
    changed,
    holder,
    lost,
    request: { options: { openAutomatically: false, withRestore: false }, ...request },
  });
}

/** Steps of every part of a run that came to its end. */
export const wholeRun = [
  'prepare/program-service-schema',
  'heat/stop-heat-engine',
  'packages/install',
  'heat/db-sync',
  'open/serve',
];

export const phaseIds = ({ phases }: Plan): string[] => phases.map(({ id }) => id);
