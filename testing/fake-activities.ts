import { gzipSync } from 'node:zlib';
import { ApplicationFailure } from '@temporalio/common';
import { beginningOf, type Beginning } from '../activities/beginning';
import { drawPlan, drawRollback } from '../activities/draw-plan';
import type { CloudFacts } from '../catalog/facts';
import { services as known } from '../catalog/services';
import { readPrograms } from '../programs';
import { renderHtml, runTimesOf } from '../report';
import type { Activities, Begun, Leftovers, PlanInput } from '../schema/activities';
import type { Cloud } from '../schema/cloud';
import { failureType } from '../schema/failure';
import { outcomeOf } from '../schema/outcome';
import { serviceNames } from '../schema/plan';
import { readApprovedTimes, type RunTimes } from '../schema/run-times';
import type { RestorePoint } from '../schema/restore-point';
import { readRequest, reportInputOf, rollbackRequestOf } from '../schema/recorded';
import { boundId } from '../schema/step-name';
import { runFakeStep, type FakeJobs } from './fake-jobs';
import { readFakeOutput } from './fake-output';
import { fakeReport, placeOf } from './fake-report';

/** What stands on the lock host of a fake cloud. */
interface Lock {
  readonly beginning: Beginning;
  readonly fence: number;
}

/** The hosts of one cloud: what a survey reads of them, and the jobs that they run. */
export interface FakeHosts {
  readonly cloud: Cloud;
  readonly survey: CloudFacts;
  readonly jobs: FakeJobs;
}

/** The activities of one fake cloud. Plans and reports are made by the code of the real ones. */
export function fakeActivities(hosts: FakeHosts): {
  readonly activities: Activities;
  readonly lockedBy: () => string | null;
} {
  const { jobs } = hosts;
  const programs = readPrograms();
  const reports: Record<string, { readonly json: string; readonly html: string }> = {};
  let lock: Lock | null = null;
  /** Runs that made a restore point, in order. */
  let begun: readonly Beginning[] = [];
  let fence = 0;
  /** How long runs took, the newest first. */
  let kept: readonly RunTimes[] = [];
  const taken = (beginning: Beginning): Begun => {
    lock = { beginning, fence: (fence += 1) };
    if (beginning.plan.kind !== 'rollback') begun = [...begun, beginning];
    return { kind: 'begun', fence };
  };
  const pointOf = (restorePoint: string): Beginning => {
    const found = begun.findLast(({ plan }) => restorePoint === 'latest' || plan.runId === restorePoint);
    if (found === undefined) throw noRestorePoint({ cloud: hosts.cloud, restorePoint });
    return found;
  };
  const activities: Activities = {
    openstackPlan: ({ runId, request: recorded, kind }: PlanInput) => {
      const { cloud } = hosts;
      const request = readRequest(recorded);
      const facts = withTimes({ cloud, facts: withLock({ ...hosts, lock }), kept });
      return soon(() => drawPlan({ subject: { runId, request, cloud, facts, known, programs }, kind }));
    },
    openstackRestorePoints: () => soon(() => begun.toReversed().map(fakePoint)),
    openstackShowRestorePoint: ({ restorePoint }) =>
      soon(() => ({
        ...fakePoint(pointOf(restorePoint)),
        schemaVersion: 1,
        manifest: 'missing',
        hosts: [],
        dumps: [],
        copy: null,
      })),
    openstackVerifyRestorePoint: ({ restorePoint }) =>
      soon(() => ({
        schemaVersion: 1,
        runId: pointOf(restorePoint).plan.runId,
        manifest: 'missing',
        files: 0,
        bytes: 0,
        dumps: 0,
        problems: [],
        copy: null,
        unread: [],
      })),
    openstackFetchRestorePoint: ({ restorePoint }) =>
      soon(() => ({ schemaVersion: 1, runId: pointOf(restorePoint).plan.runId, fetched: [], left: [], unread: [] })),
    openstackDropRestorePoints: ({ restorePoints }) =>
      soon(() => {
        begun = begun.filter(({ plan }) => !restorePoints.includes(plan.runId));
        return { schemaVersion: 1, dropped: restorePoints.map((runId) => ({ runId, bytes: 0 })), refused: [] };
      }),
    openstackPlanRollback: (input) =>
      soon(() => {
        const { runId, restorePoint } = input;
        const { cloud } = hosts;
        const { plan: old, approved } = pointOf(restorePoint);
        const { approvers } = cloud.approvals;
        return drawRollback({
          runId,
          point: { plan: old, done: [...jobs.starts] },
          approvers,
          cloudDigest: cloud.digest,
          unread: [],
          changed: [],
          holder: leftoversOf({ ...hosts, lock }),
          lost: null,
          request: rollbackRequestOf(input),
          known: {
            earlier: { runs: kept, unreadable: [] },
            undone: readApprovedTimes(approved.timesJson ?? ''),
            availability: cloud.availability,
          },
        });
      }),
    openstackBegin: (input, packed) =>
      soon(() => {
        const beginning = beginningOf({ input, packed });
        return lock === null || holderOf(lock) === beginning.plan.runId ? taken(beginning) : heldBy(lock);
      }),
    openstackStep: (input) => runFakeStep({ jobs, input }),
    openstackKill: (input) =>
      soon(() => {
        const step = boundId(input);
        jobs.hanging.get(step)?.('failed');
        const at = new Date().toISOString();
        const sentence = `${input.host}: ${input.stepId} was ended by ${input.by}; none of its processes is left.`;
        return outcomeOf({ kind: 'done', call: input, sentence, startedAt: at, endedAt: at });
      }),
    openstackReport: (recorded) =>
      soon(() => {
        const input = reportInputOf(recorded);
        const report = fakeReport(input);
        const times = runTimesOf(input);
        kept = times === null ? kept : [times, ...kept];
        reports[input.runId] = { json: `${JSON.stringify(report, null, 2)}\n`, html: renderHtml(report) };
        return placeOf({ input, report });
      }),
    openstackReadReport: ({ runId }) =>
      soon(() => {
        const report = reports[runId];
        return report === undefined ? null : { json: packed(report.json), html: packed(report.html) };
      }),
    openstackReadOutput: (input) => readFakeOutput({ jobs, input }),
    openstackLeftovers: () => soon(() => leftoversOf({ ...hosts, lock })),
    openstackTakeOver: () =>
      soon(() => {
        fence += 1;
        if (lock !== null) lock = { ...lock, fence };
        return { kind: 'taken', fence, untold: [] };
      }),
    openstackEnd: ({ runId, mark }) =>
      soon(() => {
        if (mark === 'clean' && lock !== null && holderOf(lock) === runId) lock = null;
      }),
  };
  return { activities, lockedBy: () => (lock === null ? null : holderOf(lock)) };
}

/** The activities of several clouds: each input names its own. */
export function activitiesOfClouds(
  clouds: readonly { readonly name: string; readonly activities: Activities }[],
): Activities {
  const of = (name: string): Activities => {
    const found = clouds.find((cloud) => cloud.name === name);
    if (found !== undefined) return found.activities;
    throw ApplicationFailure.create({
      nonRetryable: true,
      type: failureType.cloudUnknown,
      message: `There is no cloud "${name}". This test has: ${clouds.map((cloud) => cloud.name).join(', ')}. Nothing was changed.`,
    });
  };
  return {
    openstackPlan: async (input) => of(input.request.cloud).openstackPlan(input),
    openstackRestorePoints: async (input) => of(input.cloud).openstackRestorePoints(input),
    openstackShowRestorePoint: async (input) => of(input.cloud).openstackShowRestorePoint(input),
    openstackVerifyRestorePoint: async (input) => of(input.cloud).openstackVerifyRestorePoint(input),
    openstackFetchRestorePoint: async (input) => of(input.cloud).openstackFetchRestorePoint(input),
    openstackDropRestorePoints: async (input) => of(input.cloud).openstackDropRestorePoints(input),
    openstackPlanRollback: async (input) => of(input.cloud).openstackPlanRollback(input),
    openstackBegin: async (input, packed) =>
      of(beginningOf({ input, packed }).plan.cloud).openstackBegin(input, packed),
    openstackStep: async (input) => of(input.cloud).openstackStep(input),
    openstackKill: async (input) => of(input.cloud).openstackKill(input),
    openstackReport: async (input) => of(input.cloud).openstackReport(input),
    openstackReadReport: async (input) => of(input.cloud).openstackReadReport(input),
    openstackReadOutput: async (input) => of(input.cloud).openstackReadOutput(input),
    openstackLeftovers: async (input) => of(input.cloud).openstackLeftovers(input),
    openstackTakeOver: async (input) => of(input.cloud).openstackTakeOver(input),
    openstackEnd: async (input) => of(input.cloud).openstackEnd(input),
  };
}

function fakePoint({ plan, approval }: Beginning): RestorePoint {
  const { runId, from, to } = plan;
  return { runId, from, to, services: serviceNames(plan), madeAt: approval.at, bytes: 0, unread: [] };
}

function noRestorePoint(options: { readonly cloud: Cloud; readonly restorePoint: string }): ApplicationFailure {
  const { cloud, restorePoint } = options;
  return ApplicationFailure.create({
    nonRetryable: true,
    type: failureType.restorePointUnknown,
    message: `${cloud.cloud} has no restore point "${restorePoint}". Nothing was changed.`,
  });
}

/** As the activities do: what is thrown is a rejection. */
async function soon<T>(act: () => T): Promise<T> {
  return Promise.resolve().then(act);
}

function packed(text: string): string {
  return gzipSync(text).toString('base64');
}

function holderOf({ beginning }: Lock): string {
  return beginning.plan.runId;
}

function wordsOf({ beginning, fence }: Lock): string {
  const { plan, workflowId, approval } = beginning;
  return `run=${plan.runId}, workflow=${workflowId}, approved-by=${approval.by}, fence=${fence}`;
}

function heldBy(lock: Lock): Begun {
  return { kind: 'locked', sentence: `Another run has the lock of ${lock.beginning.plan.cloud}: ${wordsOf(lock)}.` };
}

/** A held lock is a finding of the next plan. */
function withLock(options: {
  readonly cloud: Cloud;
  readonly survey: CloudFacts;
  readonly lock: Lock | null;
}): CloudFacts {
  const { cloud, survey, lock } = options;
  if (lock === null) return survey;
  return {
    ...survey,
    hosts: survey.hosts.map((host) =>
      host.host === cloud.lockHost ? { ...host, leftovers: { ...host.leftovers, lock: wordsOf(lock) } } : host,
    ),
  };
}

/** What the lock host keeps of earlier runs. */
function withTimes(options: {
  readonly cloud: Cloud;
  readonly facts: CloudFacts;
  readonly kept: readonly RunTimes[];
}): CloudFacts {
  const { cloud, facts, kept } = options;
  return {
    ...facts,
    hosts: facts.hosts.map((host) =>
      host.host === cloud.lockHost ? { ...host, earlierTimes: { runs: kept, unreadable: [] } } : host,
    ),
  };
}

function leftoversOf(options: { readonly cloud: Cloud; readonly lock: Lock | null }): Leftovers {
  const { cloud, lock } = options;
  const common = { lockHost: cloud.lockHost, approvers: cloud.approvals.approvers, stillDown: [] };
  if (lock === null) return { ...common, runId: null, plan: null, digest: null, workflowId: null, to: null, lock: '' };
  const { plan, digest, workflowId } = lock.beginning;
  return {
    ...common,
    runId: plan.runId,
    plan: { ...plan, phases: [] },
    digest,
    workflowId,
    to: plan.to,
    lock: wordsOf(lock),
  };
}
