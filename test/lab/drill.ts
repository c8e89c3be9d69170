import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowId } from '../../client/workflow-id';
import type { Lab } from '../../lab';
import { armFault, isArmed } from '../../lab/faults/fail-step';
import type { Gate, RollbackChoice } from '../../schema/decision';
import type { Plan } from '../../schema/plan';
import type { fullOrders } from '../../schema/request';
import type { RunStatus } from '../../schema/status';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import { differences, exactCloud } from './exact-cloud';
import { insist, openGate, startRig, untilStatus, type UpgradeRig } from './upgrade-rig';

/** What is upgraded other than Keystone and Heat, and what of it must be as before. */
export interface DrillSubject {
  readonly extras: Lab['extras'];
  readonly services: readonly string[];
  /** Line by line; asked before the run and after it, both times with the moment before it. */
  readonly exactly: (before: Date) => Promise<readonly string[]>;
  /** Whether it does its work after this moment. */
  readonly works: (since: Date) => Promise<boolean>;
}

/** What is made to fail. */
export type DrilledPlan =
  /** Absent: the order that the plan chooses; Keystone and Heat. */
  | { readonly kind: 'full'; readonly order?: (typeof fullOrders)[number]; readonly subject?: DrillSubject }
  /** Absent: of Heat, with a side engine. */
  | { readonly kind: 'partial'; readonly subject?: DrillSubject };

/** A cloud on which an upgrade fails at one step after the other, each time from the same state. */
export interface DrillGround {
  readonly rig: UpgradeRig;
  readonly failAt: (words: string, choice?: RollbackChoice) => Promise<Drilled>;
  /** What a run of this cloud would do, from a plan that is rejected. */
  readonly planned: () => Promise<Plan>;
  readonly stop: () => Promise<void>;
}

/** How a run ended that failed at a step and was rolled back. */
export interface Drilled {
  readonly step: string;
  /** `rolledBack`; `completed` where the step was never reached. */
  readonly state: RunStatus['state'];
  /** Questions after the answer `rollBack`: there should be none. */
  readonly asked: readonly string[];
  readonly owed: number;
  /** What is not as before. */
  readonly differs: readonly string[];
  /** A stack from before is still there and can be updated. */
  readonly stack: readonly [string, string];
  /** What was upgraded does its work. */
  readonly works: boolean;
  readonly seconds: number;
  readonly rollbackSeconds: number;
}

interface Drill {
  readonly rig: UpgradeRig;
  readonly id: string;
  /** Starts a run of what is drilled. */
  readonly start: () => Promise<unknown>;
  readonly subject: DrillSubject;
}

/** Of every cloud all is compared that Keystone and Heat are. */
const keystoneAndHeat: DrillSubject = {
  extras: [],
  services: [],
  exactly: () => Promise.resolve([]),
  works: () => Promise.resolve(true),
};

export async function raiseDrillGround(what: DrilledPlan = { kind: 'full' }): Promise<DrillGround> {
  const directory = mkdtempSync(join(tmpdir(), 'drill-'));
  const file = join(directory, 'fail-at');
  const { subject = keystoneAndHeat } = what;
  const rig = await startRig({ failAtFile: file, extras: subject.extras });
  const drill = { rig, ...drillOf({ rig, what, subject }) };
  return {
    rig,
    failAt: (words, choice = 'rollBack') => failAt({ ...drill, file, words, choice }),
    planned: () => planned(drill),
    stop: async () => {
      await rig.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function drillOf(options: { rig: UpgradeRig; what: DrilledPlan; subject: DrillSubject }): Omit<Drill, 'rig'> {
  const { rig, what, subject } = options;
  const { client } = rig;
  const { services } = subject;
  const request = { cloud: 'cedar', to: 'bobcat' };
  switch (what.kind) {
    case 'full': {
      const { order } = what;
      const wish = { ...request, ...(services.length === 0 ? {} : { services }) };
      const chosen = order === undefined ? {} : { options: { full: { order } } };
      return {
        id: workflowId({ ...wish, kind: 'full' }),
        start: () => client.startFull({ ...wish, ...chosen }),
        subject,
      };
    }
    case 'partial': {
      const wish = { ...request, services: services.length === 0 ? ['heat'] : services };
      return { id: workflowId({ ...wish, kind: 'partial' }), start: () => client.startPartial(wish), subject };
    }
    default:
      return what satisfies never;
  }
}

async function planned({ rig, id, start }: Drill): Promise<Plan> {
  const { client } = rig;
  await start();
  const gate = await openGate({ client, id, about: 'plan', forSeconds: 240 });
  const { plan } = await client.planData(id);
  await client.reject(id, { gate: gate.code, by: 'ana', reason: 'only its steps are wanted' });
  await client.result(id);
  return plan;
}

let stacks = 0;

async function failAt(options: Drill & { file: string; words: string; choice: RollbackChoice }): Promise<Drilled> {
  const { rig, id, start, subject, file, words, choice } = options;
  const { client } = rig;
  const name = `from-before-${String(++stacks)}`;
  await createStack({ name });
  const moment = new Date();
  const exactly = async (): Promise<string[]> => [...(await exactCloud()), ...(await subject.exactly(moment))];
  const before = await exactly();
  armFault({ file, words });
  const startedAt = Date.now();
  await insist(start);
  let rollingBackAt = 0;
  const asked: string[] = [];
  const answered = new Set<string>();
  for (;;) {
    const status = await untilStatus({
      client,
      id,
      holds: ({ state, gates }) => ended(state) || gates.some(({ code }) => !answered.has(code)),
      forSeconds: 1800,
    });
    if (ended(status.state)) {
      const now = Date.now();
      rmSync(file, { force: true });
      return {
        step: words,
        state: status.state,
        asked,
        owed: status.owed.length,
        differs: differences({ before, now: await exactly() }),
        stack: [await orItsError(stackStatus({ name })), await orItsError(updateStack({ name }))],
        works: await subject.works(new Date()),
        seconds: Math.round((now - startedAt) / 1000),
        rollbackSeconds: rollingBackAt === 0 ? 0 : Math.round((now - rollingBackAt) / 1000),
      };
    }
    const gate = status.gates.find(({ code }) => !answered.has(code));
    if (gate === undefined) continue;
    answered.add(gate.code);
    const answer = { gate: gate.code, by: 'ana', reason: 'drill' };
    if (gate.choices.includes('approve'))
      await insist(() => client.approve(id, { ...answer, accept: [...gate.accept] }));
    else if (rollingBackAt === 0 && !isArmed({ file })) {
      rollingBackAt = Date.now();
      await insist(() => client.decide(id, { ...answer, choice: undoing({ gate, choice }) }));
    } else {
      asked.push(gate.question);
      await insist(() => client.decide(id, { ...answer, choice: 'abort' }));
    }
  }
}

/** A cloud that does not answer is a row of the table, and no end of the drill. */
function orItsError(answer: Promise<string>): Promise<string> {
  return answer.catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
}

/** While it only prepares there is nothing to undo: it is stopped, and cleans up. */
function undoing({ gate, choice }: { gate: Gate; choice: RollbackChoice }): RollbackChoice | 'abort' {
  return gate.choices.includes(choice) ? choice : 'abort';
}

function ended(state: RunStatus['state']): boolean {
  return ['completed', 'rolledBack', 'aborted', 'cancelled', 'rejected', 'refused'].includes(state);
}
