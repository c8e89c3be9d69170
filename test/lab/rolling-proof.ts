import { addressOf } from '../../lab';
import { startLoad, type LoadReport } from '../../lab/load/load';
import { missingFrom, type Notifications } from '../../lab/load/notifications';
import type { RunResult } from '../../schema/status';
import { createStack } from './cloud-stack';
import { killAtRandom } from './random-kills';
import { insist, onHost, openGate, sleep, untilStatus, type UpgradeRig } from './upgrade-rig';

/** What a rolling upgrade was measured to do to people who worked meanwhile. */
export interface Roll {
  /** `completed`, or the question at which it stopped, or the error. */
  readonly end: string;
  readonly seconds: number;
  readonly kills: number;
  readonly load: LoadReport;
  /** Starts and ends of operations that the consumer of notifications never heard of. */
  readonly unheard: readonly string[];
  /** Stacks that are in progress although nobody asks for anything any more. */
  readonly leftInWork: string;
  readonly result: RunResult | null;
}

/** What the controls saw be lost: the same count, on a cloud to which the wrong things are done. */
export interface Controls {
  readonly load: LoadReport;
  /** Of a stack whose engine's notifications are not pinned: what the consumer heard, and where they went instead. */
  readonly heardUnpinned: readonly string[];
  readonly lostOnNewVhost: number;
}

export const rollId = 'cedar.heat.partial.bobcat';

/** Every failure of either API, and every operation on a stack that did not end well. */
export function lossesOf({ requests, operations }: LoadReport): readonly string[] {
  const { failed, stuck, requestFailures } = operations;
  return [...Object.values(requests).flatMap(({ failures }) => failures), ...failed, ...stuck, ...requestFailures];
}

/** Heat rolls from antelope to bobcat while people work on it and its worker is killed again and again. */
export async function rollUnderLoad(options: { rig: UpgradeRig; notifications: Notifications }): Promise<Roll> {
  const { rig, notifications } = options;
  const startedAt = Date.now();
  const load = await startLoad({ address: addressOf('lb1'), requestsPerSecond: 5, resourceSeconds: [5, 20, 45] });
  const killing = killAtRandom(rig);
  const end = await walk(rig).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const kills = await killing.stop();
  const report = await load.stop();
  return {
    end,
    seconds,
    kills,
    load: report,
    unheard: await unheard({ notifications, completed: report.operations.completed }),
    leftInWork: await inProgress(),
    result: end === 'completed' ? ((await insist(() => rig.client.result(rollId))) as RunResult) : null,
  };
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
  const until = Date.now() + 240_000;
  while (load.seen().operations.stuck.length === 0 && Date.now() < until) await sleep(500);
  const seen = await load.leave();
  return { load: seen, ...(await unpinned(options)) };
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

/** Starts it, approves the plan, and goes with it to its end or to a question that nobody should have to answer. */
async function walk({ client }: Pick<UpgradeRig, 'client'>): Promise<string> {
  const options = { openAutomatically: true };
  await insist(() => client.startPartial({ cloud: 'cedar', to: 'bobcat', services: ['heat'], options }));
  const gate = await openGate({ client, id: rollId, about: 'plan', forSeconds: 240 });
  await insist(() => client.approve(rollId, { gate: gate.code, by: 'ana', reason: 'test', accept: [...gate.accept] }));
  const { state, gates } = await untilStatus({
    client,
    id: rollId,
    holds: (status) =>
      ['completed', 'aborted'].includes(status.state) || status.gates.some(({ code }) => code !== gate.code),
    forSeconds: 1800,
  });
  return gates[0]?.question ?? state;
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
