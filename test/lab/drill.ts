import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowId } from '../../client/workflow-id';
import type { Lab } from '../../lab';
import { armFault, isArmed } from '../../lab/faults/fail-step';
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

/** A cloud on which an upgrade fails at one step after the other, each time from the same state. */
export interface DrillGround {
  readonly rig: UpgradeRig;
  readonly failAt: (words: string) => Promise<Drilled>;
  /** Every step that a full run of this cloud comes to, as `step@host`, from a plan that is rejected. */
  readonly stepsOfPlan: () => Promise<{ readonly digest: string; readonly steps: readonly string[] }>;
  readonly stop: () => Promise<void>;
}

/** How a full run ended that failed at a step and was rolled back. */
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

/** Of this order, by default the one that the plan chooses; of this subject, by default Keystone and Heat alone. */
export async function raiseDrillGround(
  options: { readonly order?: (typeof fullOrders)[number]; readonly subject?: DrillSubject } = {},
): Promise<DrillGround> {
  const { order, subject = keystoneAndHeat } = options;
  const { services } = subject;
  const directory = mkdtempSync(join(tmpdir(), 'drill-'));
  const file = join(directory, 'fail-at');
  const rig = await startRig({ failAtFile: file, extras: subject.extras });
  const wish = { cloud: 'cedar', to: 'bobcat', ...(services.length === 0 ? {} : { services }) };
  const request = { ...wish, ...(order === undefined ? {} : { options: { full: { order } } }) };
  const drill = { rig, request, id: workflowId({ ...wish, kind: 'full' }), subject };
  return {
    rig,
    failAt: (words) => failAt({ ...drill, file, words }),
    stepsOfPlan: () => stepsOfPlan(drill),
    stop: async () => {
      await rig.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** All that the services of every cloud are is compared for each subject. */
const keystoneAndHeat: DrillSubject = {
  extras: [],
  services: [],
  exactly: () => Promise.resolve([]),
  works: () => Promise.resolve(true),
};

interface Drill {
  readonly rig: UpgradeRig;
  readonly request: object;
  readonly id: string;
  readonly subject: DrillSubject;
}

async function stepsOfPlan({ rig, request, id }: Drill): Promise<{ digest: string; steps: string[] }> {
  const { client } = rig;
  await client.startFull(request);
  const gate = await openGate({ client, id, about: 'plan', forSeconds: 240 });
  const { plan, digest } = await client.planData(id);
  await client.reject(id, { gate: gate.code, by: 'ana', reason: 'only its steps are wanted' });
  await client.result(id);
  const steps = plan.phases.flatMap(({ batches }) =>
    batches.flatMap(({ hosts, steps: own }) =>
      own.flatMap((step) =>
        step.kind === 'change' || step.kind === 'probe' ? hosts.map((host) => `${step.id}@${host}`) : [],
      ),
    ),
  );
  return { digest, steps: [...new Set(steps)] };
}

let stacks = 0;

async function failAt(options: Drill & { file: string; words: string }): Promise<Drilled> {
  const { rig, request, id, subject, file, words } = options;
  const { client } = rig;
  const name = `from-before-${String(++stacks)}`;
  await createStack({ name });
  const moment = new Date();
  const exactly = async (): Promise<string[]> => [...(await exactCloud()), ...(await subject.exactly(moment))];
  const before = await exactly();
  armFault({ file, words });
  const startedAt = Date.now();
  await insist(() => client.startFull(request));
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
        stack: [await stackStatus({ name }), await updateStack({ name })],
        works: await subject.works(new Date()),
        seconds: Math.round((now - startedAt) / 1000),
        rollbackSeconds: rollingBackAt === 0 ? 0 : Math.round((now - rollingBackAt) / 1000),
      };
    }
    const gate = status.gates.find(({ code }) => !answered.has(code));
    if (gate === undefined) continue;
    answered.add(gate.code);
    if (gate.choices.includes('approve'))
      await insist(() => client.approve(id, { gate: gate.code, by: 'ana', reason: 'drill', accept: [...gate.accept] }));
    else if (rollingBackAt === 0 && !isArmed({ file })) {
      rollingBackAt = Date.now();
      // While it only prepares there is nothing to undo: it is stopped, and cleans up.
      const choice = gate.choices.includes('rollBack') ? 'rollBack' : 'abort';
      await insist(() => client.decide(id, { gate: gate.code, choice, by: 'bo', reason: 'drill' }));
    } else {
      asked.push(gate.question);
      await insist(() => client.decide(id, { gate: gate.code, choice: 'abort', by: 'bo', reason: 'drill' }));
    }
  }
}

function ended(state: RunStatus['state']): boolean {
  return ['completed', 'rolledBack', 'aborted', 'cancelled', 'rejected', 'refused'].includes(state);
}
