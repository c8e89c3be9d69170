import { gzipSync } from 'node:zlib';
import { Context } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';
import type { Activities, EndInput, Leftovers, PlanInput, ReportInput, TakeOverInput } from '../../schema/activities';
import type { Outcome } from '../../schema/outcome';
import type { Plan } from '../../schema/plan';
import { beginningOf, type Beginning } from '../../activities/beginning';
import { packPlan } from '../../activities/packed-plan';
import { rollbackRequestOf } from '../../schema/recorded';
import { planRollback } from '../../plan/orders/rollback';
import { readFakeOutput } from '../../testing/fake-output';
import { createFakeJobs, runFakeStep, type FakeJobs } from '../../testing/fake-jobs';
import { toyPlan } from '../support/plan';
import { toyOutcome } from '../support/outcome';

/**
 * A cloud in memory, for what the fake clouds of testing/ cannot do: plans made by hand, and activities that fail.
 * What happened stands in `starts`, `ends`, `reports`, in order.
 */
export interface ToyWorld extends FakeJobs {
  readonly kills: string[];
  readonly reports: ReportInput[];
  readonly planned: PlanInput[];
  readonly begun: Beginning[];
  readonly given: EndInput[];
  readonly takenOver: TakeOverInput[];
  /** Under which number each step came. */
  readonly fences: (number | undefined)[];
  /** What hosts say that cannot be told of a new owner. */
  untold: readonly string[];
  plan: Plan;
  planFailure: ApplicationFailure | null;
  /** Planning ends only when it is cancelled. */
  planHangs: boolean;
  /** Steps that the run of the restore point has completed. */
  done: readonly string[];
  lockedBy: string | null;
  /** Why the runbook files cannot be written, though the lock was taken. */
  diskFull: string | null;
  leftovers: Leftovers;
  /** Hosts that the run leaves with the release before. */
  remains: readonly string[];
}

export function createWorld(plan: Plan = toyPlan()): ToyWorld {
  return {
    ...createFakeJobs(),
    kills: [],
    reports: [],
    planned: [],
    begun: [],
    given: [],
    takenOver: [],
    fences: [],
    untold: [],
    plan,
    planFailure: null,
    planHangs: false,
    done: [],
    lockedBy: null,
    diskFull: null,
    remains: [],
    leftovers: {
      runId: null,
      plan: null,
      digest: null,
      workflowId: null,
      to: null,
      lock: '',
      lockHost: 'db1',
      approvers: [],
      stillDown: [],
    },
  };
}

/** Who cancels is heard of with the next heartbeat. */
function untilCancelled(): Promise<never> {
  const context = Context.current();
  const beats = setInterval(() => context.heartbeat(), 100);
  return context.cancelled.finally(() => clearInterval(beats));
}

/** The activities of a toy cloud; every answer comes from what is in the world. */
export function toyActivities(world: ToyWorld): Activities {
  return {
    openstackPlan: (input) => {
      world.planned.push(input);
      const { runId } = input;
      if (world.planFailure !== null) return Promise.reject(world.planFailure);
      if (world.planHangs) return untilCancelled();
      const plan = { ...world.plan, runId };
      return Promise.resolve(packPlan({ plan, digest: 'd1ge57d1ge57d1ge57', runbook: `RUNBOOK of ${plan.cloud}\n` }));
    },
    openstackRestorePoints: () => Promise.resolve([]),
    openstackShowRestorePoint: ({ restorePoint }) =>
      Promise.resolve({
        schemaVersion: 1,
        runId: restorePoint,
        kind: 'full',
        from: world.plan.from,
        to: world.plan.to,
        services: [],
        madeAt: '2026-11-29T21:14:53.000Z',
        bytes: 0,
        unread: [],
        manifest: 'missing',
        hosts: [],
        dumps: [],
        copy: null,
      }),
    openstackVerifyRestorePoint: ({ restorePoint }) =>
      Promise.resolve({
        schemaVersion: 1,
        runId: restorePoint,
        manifest: 'read',
        files: 31,
        bytes: 1e6,
        dumps: 2,
        problems: [{ host: 'db1', path: 'db/heat/final.sql.zst', what: 'changed', inCopy: true }],
        copy: { host: 'mq1', files: 20 },
        unread: [],
      }),
    openstackFetchRestorePoint: ({ restorePoint }) =>
      Promise.resolve({ schemaVersion: 1, runId: restorePoint, fetched: [], left: [], unread: [] }),
    openstackDropRestorePoints: ({ restorePoints }) =>
      Promise.resolve({
        schemaVersion: 1,
        dropped: restorePoints.map((runId) => ({ runId, bytes: 5 })),
        refused: [],
      }),
    openstackPlanRollback: (input) => {
      if (world.planFailure !== null) return Promise.reject(world.planFailure);
      const { runId, restorePoint } = input;
      const everywhere = (id: string): string[] => world.plan.hosts.map(({ name }) => `${id}@${name}`);
      const point = { plan: { ...world.plan, runId: restorePoint }, done: world.done.flatMap(everywhere), started: [] };
      const plan = planRollback({
        runId,
        point,
        approvers: [],
        cloudDigest: world.plan.cloudDigest,
        unread: [],
        changed: [],
        holder: world.leftovers,
        lost: null,
        request: rollbackRequestOf(input),
      });
      return Promise.resolve(packPlan({ plan, digest: 'd1ge57d1ge57d1ge57', runbook: `RUNBOOK of ${plan.cloud}\n` }));
    },
    openstackBegin: (input, packed) => {
      world.begun.push(beginningOf({ input, packed }));
      if (world.diskFull !== null) return Promise.resolve({ kind: 'notWritten', sentence: `${world.diskFull}.` });
      if (world.lockedBy === null) return Promise.resolve({ kind: 'begun', fence: 1 });
      return Promise.resolve({ kind: 'locked', sentence: `cedar belongs to another run: ${world.lockedBy}.` });
    },
    openstackStep: (input) => {
      world.fences.push(input.fence);
      return runFakeStep({ jobs: world, input });
    },
    openstackKill: ({ stepId, host, generation, by }) => {
      const end = world.hanging.get(`${stepId}@${host}`);
      world.kills.push(`${stepId}@${host} by ${by}`);
      end?.('failed');
      return Promise.resolve(
        outcome({ kind: 'done', stepId, host, generation, sentence: `${stepId}@${host} was ended by ${by}` }),
      );
    },
    openstackReport: (input) => {
      world.reports.push(input);
      return Promise.resolve({
        host: 'db1',
        ...(world.remains.length === 0 ? {} : { remains: world.remains }),
        json: '/runs/report.json',
        html: '/runs/report.html',
        versions: ['heat 20.0.0 -> 21.0.0 on ctl1, ctl2'],
        availability: [
          {
            api: 'heat',
            requests: 100,
            failures: 4,
            longestGapMs: 1500,
            downtimeMs: 1500,
            outages: [],
            baseline: { requests: 20, failures: 0, longestGapMs: 600 },
          },
        ],
      });
    },
    openstackTakeOver: (input) => {
      world.takenOver.push(input);
      return Promise.resolve({ kind: 'taken', fence: 8, untold: world.untold });
    },
    openstackEnd: (input) => {
      world.given.push(input);
      return Promise.resolve();
    },
    openstackReadReport: ({ runId }) => {
      if (world.reports.length === 0) return Promise.resolve(null);
      const file = (name: string): string => gzipSync(`${name} of ${runId}`).toString('base64');
      return Promise.resolve({ json: file('json'), html: file('html') });
    },
    openstackReadOutput: (input) => readFakeOutput({ jobs: world, input }),
    openstackLeftovers: () =>
      world.planFailure === null ? Promise.resolve(world.leftovers) : Promise.reject(world.planFailure),
  };
}

export function outcome(options: Pick<Outcome, 'kind' | 'stepId' | 'host' | 'generation' | 'sentence'>): Outcome {
  const now = new Date().toISOString();
  return toyOutcome({ ...options, startedAt: now, endedAt: now });
}
