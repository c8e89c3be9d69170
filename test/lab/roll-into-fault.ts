import type { Choice, Gate } from '../../schema/decision';
import type { RunResult, RunStatus } from '../../schema/status';
import { observedCloud, type ObservedCloud } from './observed-cloud';
import { createStack, stackStatus, updateStack } from './cloud-stack';
import type { RollFault } from './roll-faults';
import { sideEngine, type RollOrder } from './roll-order';
import { rollId } from './rolling-proof';
import { insist, openGate, untilStatus, type UpgradeRig } from './upgrade-rig';

interface Stopped {
  /** `heat/db-sync@ctl1`. */
  readonly stoppedAt: string;
  readonly question: string;
}

/** How a rolling upgrade that met a fault came to its gate, and what a person who went back from there found. */
export interface BackFromFault extends Stopped {
  readonly choices: readonly Choice[];
  /** The gate of the fault before, which was mended: then the step was run again. */
  readonly retried: Stopped | null;
  /** `rolledBack`, or the question at which going back stopped. */
  readonly end: string;
  readonly result: RunResult | null;
  readonly before: ObservedCloud;
  readonly after: ObservedCloud;
  /** How the stack from before was, and how it took an update. */
  readonly oldStack: readonly string[];
}

/**
 * Rolls to the phase, breaks something, and lets a person roll back at the gate that opens. `retried`: a fault of an
 * earlier phase, after which the person mends what was broken and has the step run again.
 */
export async function rollIntoFault(options: {
  rig: UpgradeRig;
  fault: RollFault;
  retried?: RollFault;
  order?: RollOrder;
}): Promise<BackFromFault> {
  const { rig, fault, retried, order = sideEngine } = options;
  const { client } = rig;
  const stack = fault.name.replaceAll(' ', '-');
  await createStack({ name: stack });
  const before = await observedCloud();
  const request = { cloud: 'cedar', to: 'bobcat', services: ['heat'] };
  const moments = [...(fault.earlier === undefined ? [] : [fault.earlier]), fault];
  const gates = [...(retried === undefined ? [] : [retried]), ...moments].map(({ phase }) => phase);
  const rolling = order.rolling === null ? {} : { rolling: order.rolling };
  await client.startPartial({ ...request, options: { openAutomatically: true, gates, ...rolling } });
  const plan = await openGate({ client, id: rollId, about: 'plan', forSeconds: 240 });
  await client.approve(rollId, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] });
  const mended = retried === undefined ? null : await retry({ client, fault: retried });
  for (const moment of moments) await meet({ client, ...moment });
  const failure = await openGate({ client, id: rollId, about: 'failure', forSeconds: 600 }).finally(() =>
    fault.mendsBefore?.(),
  );
  await insist(() => client.decide(rollId, { gate: failure.code, choice: 'rollBack', by: 'bo', reason: 'test' }));
  const end = await untilStatus({
    client,
    id: rollId,
    holds: ({ state, gates }) => ended.includes(state) || gates.some(({ code }) => code !== failure.code),
    forSeconds: 1200,
  });
  const back = ended.includes(end.state);
  const result = back ? ((await insist(() => client.result(rollId))) as RunResult) : null;
  const after = await observedCloud();
  const oldStack = [await stackStatus({ name: stack }), await updateStack({ name: stack })];
  await fault.mendsAfter?.();
  return {
    stoppedAt: placeOf(failure),
    question: failure.question,
    choices: failure.choices,
    retried: mended,
    end: back ? end.state : (end.gates[0]?.question ?? end.state),
    result,
    before,
    after,
    oldStack,
  };
}

/** Breaks something at the gate before a phase, and lets the run go on. */
async function meet(options: { client: UpgradeRig['client'] } & Pick<RollFault, 'phase' | 'breaks'>): Promise<void> {
  const { client, phase, breaks } = options;
  const gate = await gateBefore({ client, phase });
  await breaks();
  await client.approve(rollId, { gate: gate.code, by: 'ana', reason: 'test' });
}

/** A person puts right what was broken, and has the step run again. */
async function retry(options: { client: UpgradeRig['client']; fault: RollFault }): Promise<Stopped> {
  const { client, fault } = options;
  await meet({ client, ...fault });
  const failure = await openGate({ client, id: rollId, about: 'failure', forSeconds: 600 });
  await fault.mendsBefore?.();
  await fault.mendsAfter?.();
  await insist(() => client.decide(rollId, { gate: failure.code, choice: 'retry', by: 'bo', reason: 'test' }));
  return { stoppedAt: placeOf(failure), question: failure.question };
}

/** The gate before a phase; at any other question the run did not come as far. */
async function gateBefore(options: { client: UpgradeRig['client']; phase: string }): Promise<Gate> {
  const { client, phase } = options;
  const wanted = ({ about }: Gate): boolean => about.kind === 'phase' && about.phaseId === phase;
  const status = await untilStatus({
    client,
    id: rollId,
    holds: ({ gates }) => gates.some((gate) => wanted(gate) || gate.about.kind === 'failure'),
    forSeconds: 900,
  });
  const gate = status.gates.find(wanted);
  if (gate === undefined) throw new Error(`before phase ${phase}: ${status.gates[0]?.question ?? 'no gate'}`);
  return gate;
}

const ended: readonly RunStatus['state'][] = ['completed', 'rolledBack', 'aborted', 'rejected', 'cancelled'];

function placeOf({ about }: Gate): string {
  return about.kind === 'failure' ? `${about.stepId}@${about.host}` : about.kind;
}
