import { setTimeout as pause } from 'node:timers/promises';
import type { CloudFacts, HostFacts } from '../catalog/facts';
import type { Activities } from '../schema/activities';
import { cloudFile, type Cloud } from '../schema/cloud';
import type { OutcomeKind } from '../schema/outcome';
import { fakeActivities } from './fake-activities';
import { createFakeJobs, type FakeEnd } from './fake-jobs';
import { toyCloud, toyFacts } from './toy-survey';

export interface FakeCloudOptions {
  /** As requests name it: `cedar`. */
  readonly name: string;
  /** Default: ctl1 and ctl2. There are also db1 (which holds the lock), mq1 and lb1. */
  readonly controllers?: readonly string[];
  /** What is installed, at Antelope. Default: keystone and heat. */
  readonly services?: readonly FakeService[];
  /** Default: whoever answers a gate may. */
  readonly approvers?: readonly string[];
  /** As in a cloud file, by service. Default: none. */
  readonly budgetSeconds?: NonNullable<Cloud['availability']>['budgetSeconds'];
  /** What the survey reads of a host, changed: the planner finds what is wrong with it. */
  readonly change?: (host: HostFacts) => HostFacts;
}

export type FakeService = 'keystone' | 'heat' | 'glance' | 'placement';

/**
 * A cloud that does not exist. The workflows, the planner, its findings and gates, the report are the real ones; the
 * survey and what happens on hosts are made up. Steps are named as everywhere: `heat/db-sync@ctl1`.
 */
export interface FakeCloud {
  readonly name: string;
  /** What a survey of it reads. */
  readonly survey: CloudFacts;
  /** Steps that were started, in order. A step that is found again by a later attempt was not started again. */
  readonly starts: readonly string[];
  /** How the next starts of a step end, one each. Whatever is not said ends well. */
  readonly willEnd: (step: string, ...ends: readonly FakeEnd[]) => void;
  /** Waits until a step hangs. */
  readonly hangs: (step: string) => Promise<void>;
  /** Ends a step that hangs. */
  readonly end: (step: string, how?: OutcomeKind) => void;
  /** Adds to what a step prints; `openstack-upgrade logs` shows it. */
  readonly prints: (step: string, text: { readonly out?: string; readonly err?: string }) => void;
  /** The run that has its lock, or null. */
  readonly lockedBy: () => string | null;
  /** What a worker calls for it. */
  readonly activities: Activities;
}

export function createFakeCloud(options: FakeCloudOptions): FakeCloud {
  const { name, controllers = ['ctl1', 'ctl2'], services = ['keystone', 'heat'] } = options;
  const change = options.change ?? ((host: HostFacts): HostFacts => host);
  const survey = toyFacts({ controllers, services, change });
  const jobs = createFakeJobs();
  const hosts = { cloud: cloudFileOf({ ...options, controllers }), survey, jobs };
  const { activities, lockedBy } = fakeActivities(hosts);
  return {
    name,
    survey,
    starts: jobs.starts,
    willEnd: (step, ...ends) => {
      jobs.faults[step] = [...(jobs.faults[step] ?? []), ...ends];
    },
    hangs: async (step) => {
      while (!jobs.hanging.has(step)) await pause(20);
    },
    end: (step, how = 'done') => {
      const end = jobs.hanging.get(step);
      if (end === undefined) throw new Error(`${step} does not hang. ${running(jobs.hanging)}`);
      end(how);
    },
    prints: (step, { out = '', err = '' }) => {
      const before = jobs.printed[step] ?? { out: '', err: '' };
      jobs.printed[step] = { out: before.out + out, err: before.err + err };
    },
    lockedBy,
    activities,
  };
}

function running(hanging: ReadonlyMap<string, unknown>): string {
  return hanging.size === 0 ? 'No step hangs now.' : `These hang: ${[...hanging.keys()].join(', ')}.`;
}

function cloudFileOf(options: {
  readonly name: string;
  readonly controllers: readonly string[];
  readonly approvers?: readonly string[];
  readonly budgetSeconds?: FakeCloudOptions['budgetSeconds'];
}): Cloud {
  const { name, controllers, approvers = [], budgetSeconds } = options;
  const cloud = toyCloud(controllers);
  return {
    ...cloud,
    cloud: cloudFile.shape.cloud.parse(name),
    approvals: { ...cloud.approvals, approvers: [...approvers] },
    ...(budgetSeconds === undefined ? {} : { availability: { budgetSeconds } }),
  };
}
