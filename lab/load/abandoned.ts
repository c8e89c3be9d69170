import { setTimeout as sleep } from 'node:timers/promises';
import { enter } from '../machine/container';
import { addressOf, apiUrl } from '../cloud/addresses';
import { labSecrets } from '../cloud/secrets';

/** One look at the cloud: stacks in progress that no engine holds, and whether a message for an engine is on its way. */
export interface Look {
  /** By stack name, what its work has come to: it changes with every step that an engine takes. */
  readonly unheld: Readonly<Record<string, string>>;
  readonly messages: number;
}

/** By stack name: what its work had come to, and since when nothing has carried it on. */
export type Idle = Readonly<Record<string, { readonly progress: string; readonly sinceMs: number }>>;

/**
 * Between two resources a stack is nothing but a message (fact 11), and an engine that has taken it from its queue needs
 * seconds on a busy machine until the database shows that it holds the stack. Nothing lasts so long but loss.
 */
const lostAfterMs = 20_000;

const lookEveryMs = 5000;

/** Which stacks are idle after a look. A message that is on its way may be any stack's, so then none is. */
export function idleAfter(options: { readonly idle: Idle; readonly look: Look; readonly nowMs: number }): Idle {
  const { idle, look, nowMs } = options;
  if (look.messages > 0) return {};
  return Object.fromEntries(
    Object.entries(look.unheld).map(([name, progress]) => {
      const before = idle[name];
      return [name, before?.progress === progress ? before : { progress, sinceMs: nowMs }];
    }),
  );
}

export function isAbandoned(options: { readonly idle: Idle; readonly name: string; readonly nowMs: number }): boolean {
  const { idle, name, nowMs } = options;
  const since = idle[name]?.sinceMs;
  return since !== undefined && nowMs - since >= lostAfterMs;
}

/**
 * Looks again and again for stacks on which nobody works any more. What cannot be read is no evidence: a look that
 * failed starts the count anew.
 */
export function watchAbandoned(): { readonly has: (name: string) => boolean; readonly stop: () => Promise<void> } {
  let idle: Idle = {};
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      const look = await lookAtWork();
      idle = look === null ? {} : idleAfter({ idle, look, nowMs: Date.now() });
      await sleep(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    has: (name) => isAbandoned({ idle, name, nowMs: Date.now() }),
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}

/** The broker is asked after the database: a message that an engine took in between shows as a stack that is held. */
async function lookAtWork(): Promise<Look | null> {
  const unheld = await stacksUnheld();
  if (unheld === null) return null;
  if (Object.keys(unheld).length === 0) return { unheld, messages: 0 };
  const messages = await engineMessages();
  return messages === null ? null : { unheld, messages };
}

/**
 * Held by whom? An engine that was killed leaves its name on the resources it had, and is no holder any more: one that lives
 * says so every minute.
 */
const unheldQuery =
  "SELECT s.name, CONCAT(s.current_traversal, '/', (SELECT COUNT(*) FROM event e WHERE e.stack_id = s.id)) FROM stack s " +
  "WHERE s.status = 'IN_PROGRESS' AND s.deleted_at IS NULL AND s.backup = 0 " +
  'AND NOT EXISTS (SELECT 1 FROM resource r JOIN service v ON v.engine_id = r.engine_id WHERE r.stack_id = s.id ' +
  'AND v.deleted_at IS NULL AND COALESCE(v.updated_at, v.created_at) > UTC_TIMESTAMP() - INTERVAL 130 SECOND)';

async function stacksUnheld(): Promise<Look['unheld'] | null> {
  const { stdout, exitCode } = await enter({ host: 'db1', command: `mariadb -N -B -D heat -e "${unheldQuery}"` });
  if (exitCode !== 0) return null;
  const rows = stdout.split('\n').filter((line) => line !== '');
  return Object.fromEntries(rows.map((row) => row.split('\t') as [string, string]));
}

/** Over all vhosts. By HTTP: every rabbitmqctl starts a virtual machine of its own, which the APIs would feel. */
async function engineMessages(): Promise<number | null> {
  const url = `${apiUrl({ address: addressOf('mq1'), port: 15672 })}/api/queues?disable_stats=true&enable_queue_totals=true`;
  const authorization = `Basic ${Buffer.from(`monitor:${labSecrets().monitor}`).toString('base64')}`;
  try {
    const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) return null;
    const queues = (await answer.json()) as readonly { readonly name: string; readonly messages?: number }[];
    const ofEngines = queues.filter(({ name }) =>
      /^(engine|engine_worker|heat-engine-listener)($|\.|_fanout)/.test(name),
    );
    return ofEngines.reduce((sum, { messages = 0 }) => sum + messages, 0);
  } catch {
    return null;
  }
}
