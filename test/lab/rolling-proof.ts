import { addressOf } from '../../lab';
import { startLoad, type Load, type LoadReport } from '../../lab/load/load';
import { missingFrom, type Notifications } from '../../lab/load/notifications';
import type { UpgradeClient } from '../../client/upgrade-client';
import type { Gate } from '../../schema/decision';
import type { RunResult, RunStatus } from '../../schema/status';
import { createStack } from './cloud-stack';
import { killAtRandom } from './random-kills';
import type { Roll, RollOrder } from './roll-order';
import { insist, onHost, openGate, sleep, untilStatus, type UpgradeRig } from './upgrade-rig';

/** What the controls saw be lost: the same count, on a cloud to which the wrong things are done. */
export interface Controls {
  readonly load: LoadReport;
  /** Of a stack whose engine's notifications are not pinned: what the consumer heard, and where they went instead. */
  readonly heardUnpinned: readonly string[];
  readonly lostOnNewVhost: number;
}

const idOf = ({ to }: Pick<RollOrder, 'to'>): string => `cedar.heat.partial.${to}`;

/** Of the orders that people answer questions of. */
export const rollId = idOf({ to: 'bobcat' });

/** Every failure of either API, and every operation on a stack that did not end well. */
export function lossesOf({ requests, operations }: LoadReport): readonly string[] {
  const { failed, stuck, requestFailures } = operations;
  return [...Object.values(requests).flatMap(({ failures }) => failures), ...failed, ...stuck, ...requestFailures];
}

/** Heat rolls to the next series while people work on it, in one of its orders. */
export async function rollUnderLoad(options: {
  rig: UpgradeRig;
  order: RollOrder;
  notifications: Notifications;
}): Promise<Roll> {
  const { rig, order, notifications } = options;
  const startedAt = Date.now();
  const { requestsPerSecond, resourceSeconds } = order;
  const load = await startLoad({ address: addressOf('lb1'), requestsPerSecond, resourceSeconds });
  const seen: Seen = { asked: [], waited: {} };
  const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  // A plan is begun anew by each worker: on a busy machine the survey takes longer than the time between two deaths.
  const plan = await begin({ client: rig.client, order }).catch(words);
  const killing = order.killsWorker ? killAtRandom(rig) : null;
  const end =
    typeof plan === 'string' ? plan : await walk({ client: rig.client, order, load, seen, plan }).catch(words);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const kills = (await killing?.stop()) ?? 0;
  const report = end === 'completed' ? await load.stop() : await leaveOnceStuck(load);
  return {
    end,
    seconds,
    kills,
    load: report,
    unheard: await unheard({ notifications, completed: report.operations.completed }),
    leftInWork: await inProgress(),
    ...seen,
    result: end === 'completed' ? ((await insist(() => rig.client.result(idOf(order)))) as RunResult) : null,
  };
}

/** A loss is certain only a while after it happened. */
async function leaveOnceStuck(load: Load): Promise<LoadReport> {
  const until = Date.now() + 240_000;
  while (load.seen().operations.stuck.length === 0 && Date.now() < until) await sleep(500);
  return load.leave();
}

/**
 * On the cloud that has been rolled: APIs stop while they serve, an engine stops with work in hand, in the short time that
 * its unit gives it (fact 3; a longer one strands too, but not every time: fact 11), and an engine starts whose
 * notifications are not pinned (fact 8). Ends as soon as the loss is proved.
 */
export async function controls(options: { notifications: Notifications }): Promise<Controls> {
  const load = await startLoad({
    address: addressOf('lb1'),
    requestsPerSecond: 5,
    resourceSeconds: [20, 20, 20, 20, 20, 20],
  });
  await sleep(25_000);
  await onHost({ host: 'ctl1', command: 'systemctl stop heat-engine' });
  const api = 'systemctl stop heat-api; sleep 3; systemctl start heat-api';
  await Promise.all([onHost({ host: 'ctl1', command: api }), onHost({ host: 'ctl2', command: api })]);
  return { load: await leaveOnceStuck(load), ...(await unpinned(options)) };
}

/** One engine alone, told where requests come from and not where notifications go. */
async function unpinned({ notifications }: { notifications: Notifications }): Promise<Omit<Controls, 'load'>> {
  await onHost({
    host: 'ctl1',
    command:
      "sed -i '/^\\[oslo_messaging_notifications\\]/,/^\\[/{/^transport_url/d}' /etc/heat/heat.conf && systemctl start heat-engine",
  });
  await onHost({ host: 'ctl2', command: 'systemctl kill -s KILL heat-engine; systemctl stop heat-engine' });
  const lost = async (): Promise<number> => {
    const queues = await onHost({
      host: 'mq1',
      command: 'rabbitmqctl -q list_queues -p heat-bobcat name messages --no-table-headers',
    });
    return Number(/^notifications\.info\t(\d+)$/m.exec(queues)?.[1] ?? 0);
  };
  await createStack({ name: 'unpinned' });
  return {
    heardUnpinned: (await notifications.heard()).filter((line) => line.endsWith(' unpinned')),
    lostOnNewVhost: await lost(),
  };
}

interface Seen {
  readonly asked: Gate[];
  readonly waited: Record<string, number>;
}

/** Starts it and approves the plan. */
async function begin({ client, order }: { client: UpgradeClient; order: RollOrder }): Promise<Gate> {
  const id = idOf(order);
  const wishes = {
    openAutomatically: true,
    ...(order.rolling === null ? {} : { rolling: order.rolling }),
    ...(order.restart.length === 0 ? {} : { restart: [...order.restart] }),
  };
  await insist(() => client.startPartial({ cloud: 'cedar', to: order.to, services: ['heat'], options: wishes }));
  const plan = await openGate({ client, id, about: 'plan', forSeconds: 240 });
  await insist(() => client.approve(id, { gate: plan.code, by: 'ana', reason: 'test', accept: [...plan.accept] }));
  return plan;
}

/** Goes with it to its end, or to a question that nobody should have to answer. */
async function walk(options: {
  client: UpgradeClient;
  order: RollOrder;
  load: Load;
  seen: Seen;
  plan: Gate;
}): Promise<string> {
  const { client, order, load, seen, plan } = options;
  const id = idOf(order);
  for (;;) {
    const gate = await nextQuestion({ client, id, answered: [plan, ...seen.asked], waited: seen.waited });
    if (typeof gate === 'string') return gate;
    seen.asked.push(gate);
    if (!(await order.atGate({ client, gate, load }))) return gate.question;
  }
}

/** The question that opens next, or the state in which the run ended. */
async function nextQuestion(options: {
  client: UpgradeClient;
  id: string;
  answered: readonly Gate[];
  waited: Record<string, number>;
}): Promise<Gate | string> {
  const { client, id, answered, waited } = options;
  const fresh = ({ gates }: RunStatus): Gate | undefined =>
    gates.find((gate) => !answered.some(({ code }) => code === gate.code));
  const status = await untilStatus({
    client,
    id,
    holds: (one) => {
      for (const { step, since } of one.running) {
        const seconds = Math.round((Date.now() - Date.parse(since)) / 1000);
        waited[step] = Math.max(waited[step] ?? 0, seconds);
      }
      return ['completed', 'aborted'].includes(one.state) || fresh(one) !== undefined;
    },
    forSeconds: 1800,
  });
  return fresh(status) ?? status.state;
}

/** The last of them may still be on its way when its person has seen the end. */
async function unheard(options: {
  notifications: Notifications;
  completed: readonly string[];
}): Promise<readonly string[]> {
  const { notifications, completed } = options;
  const until = Date.now() + 15_000;
  for (;;) {
    const missing = missingFrom({ heard: await notifications.heard(), completed });
    if (missing.length === 0 || Date.now() > until) return missing;
    await sleep(1000);
  }
}

async function inProgress(): Promise<string> {
  const query = "SELECT name, action FROM stack WHERE status = 'IN_PROGRESS' AND deleted_at IS NULL";
  return onHost({ host: 'db1', command: `mariadb -N -B -D heat -e "${query}"` });
}
