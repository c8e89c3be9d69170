import { setTimeout as sleep } from 'node:timers/promises';
import { send, type Answer, type Session } from './session';

export interface OperationCount {
  /** Seen to end well: `create load-2-7`. */
  readonly completed: readonly string[];
  /** Asked for and refused, or ended as FAILED: `create load-2-7: CREATE_FAILED`. */
  readonly failed: readonly string[];
  /** Accepted, and nobody works on it any more; or still in progress long after its resources' time. */
  readonly stuck: readonly string[];
  /** Requests on the way that were answered by anything but what they should be. */
  readonly requestFailures: readonly string[];
}

type Verb = 'create' | 'update' | 'delete';

/** An operation takes its two resources one after the other; on a machine that is busy, much more. */
const graceSeconds = 240;

interface Tally {
  readonly completed: string[];
  readonly failed: string[];
  readonly stuck: string[];
  readonly requestFailures: string[];
}

/** People who may be asked to begin nothing new for a while. */
export interface People {
  /** Returns when nobody has anything in progress any more; what is in progress ends first, however it ends. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
}

/** People who create, update and delete stacks, each waiting for one to end before the next begins. */
export function startChurn(options: {
  readonly session: Session;
  readonly resourceSeconds: readonly number[];
  /** Whether nobody works on a stack any more: its person sees it by waiting, and need not wait for hours. */
  readonly abandoned: (name: string) => boolean;
}): People & {
  readonly seen: () => OperationCount;
  readonly stop: () => Promise<void>;
  readonly leave: () => Promise<void>;
} {
  const { session, resourceSeconds, abandoned } = options;
  const tally: Tally = { completed: [], failed: [], stuck: [], requestFailures: [] };
  const stopping = new AbortController();
  const leaving = new AbortController();
  const going = (): boolean => !stopping.signal.aborted;
  let pausing = false;
  let resting = 0;
  const rest = async (): Promise<void> => {
    resting++;
    while (pausing && going()) await sleep(200);
    resting--;
  };
  const people = resourceSeconds.map(async (seconds, person) => {
    for (let round = 1; going(); round++) {
      const stack = {
        session,
        tally,
        abandoned,
        leaving: leaving.signal,
        seconds,
        name: `load-${String(person + 1)}-${String(round)}`,
      };
      await rest();
      const made = going() && (await operate({ ...stack, verb: 'create' }));
      await rest();
      if (made && going()) await operate({ ...stack, verb: 'update' });
      await rest();
      if (!leaving.signal.aborted) await operate({ ...stack, verb: 'delete' });
    }
  });
  return {
    seen: () => ({
      completed: [...tally.completed],
      failed: [...tally.failed],
      stuck: [...tally.stuck],
      requestFailures: [...tally.requestFailures],
    }),
    pause: async () => {
      pausing = true;
      while (resting < people.length && going()) await sleep(200);
    },
    resume: () => {
      pausing = false;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(people);
    },
    leave: async () => {
      stopping.abort();
      leaving.abort();
      await Promise.all(people);
    },
  };
}

interface Operation {
  readonly session: Session;
  readonly tally: Tally;
  readonly abandoned: (name: string) => boolean;
  readonly leaving: AbortSignal;
  readonly name: string;
  readonly seconds: number;
  readonly verb: Verb;
}

/** Asks, then looks until the stack rests. True: complete. */
async function operate(operation: Operation): Promise<boolean> {
  const { tally, abandoned, leaving, verb, name, seconds } = operation;
  const asked = await request(operation);
  if (asked === 'gone') return true;
  if (asked !== 'accepted') {
    tally.failed.push(`${verb} ${name}: ${asked}`);
    return false;
  }
  const until = Date.now() + (seconds * 2 + graceSeconds) * 1000;
  for (;;) {
    const state = await stateOf(operation);
    if (state === `${verb.toUpperCase()}_COMPLETE` || (verb === 'delete' && state === 'gone')) {
      tally.completed.push(`${verb} ${name}`);
      return true;
    }
    if (state?.endsWith('_FAILED') === true) {
      tally.failed.push(`${verb} ${name}: ${state}`);
      return false;
    }
    if (abandoned(name) || Date.now() > until) {
      tally.stuck.push(`${verb} ${name}: ${state ?? 'unknown'}`);
      return false;
    }
    if (leaving.aborted) return false;
    await sleep(500);
  }
}

/** `accepted`, `gone`, or what was said instead. */
async function request({ session, tally, verb, name, seconds }: Operation): Promise<string> {
  const { stacks } = session;
  if (verb === 'create') {
    const body = { stack_name: name, template: template({ value: 'one', seconds }), timeout_mins: 30 };
    return verdict({ answer: await send({ session, method: 'POST', url: stacks, body }), tally, wanted: 201 });
  }
  const found = await idOf({ session, tally, name });
  if (found === null) return 'gone';
  const url = `${stacks}/${name}/${found}`;
  if (verb === 'delete') return verdict({ answer: await send({ session, method: 'DELETE', url }), tally, wanted: 204 });
  const body = { template: template({ value: 'two', seconds }), timeout_mins: 30 };
  return verdict({ answer: await send({ session, method: 'PUT', url, body }), tally, wanted: 202 });
}

function verdict(options: { answer: Answer; tally: Tally; wanted: number }): string {
  const { answer, tally, wanted } = options;
  if ('status' in answer && answer.status === wanted) return 'accepted';
  const said = 'failed' in answer ? answer.failed : `${String(answer.status)} ${answer.text.slice(0, 200)}`;
  tally.requestFailures.push(`${new Date().toISOString()} ${said}`);
  return said;
}

async function idOf(options: { session: Session; tally: Tally; name: string }): Promise<string | null> {
  const stack = await show(options);
  return stack?.id ?? null;
}

async function stateOf(options: { session: Session; tally: Tally; name: string }): Promise<string | null> {
  const stack = await show(options);
  return stack === null ? 'gone' : (stack.stack_status ?? null);
}

/** Null: there is no such stack. Without fields: it could not be asked for, which is counted. */
async function show(options: {
  session: Session;
  tally: Tally;
  name: string;
}): Promise<{ id?: string; stack_status?: string } | null> {
  const { session, tally, name } = options;
  const answer = await send({ session, method: 'GET', url: `${session.stacks}/${name}` });
  if ('status' in answer && answer.status === 404) return null;
  if ('status' in answer && answer.status === 200) {
    return (JSON.parse(answer.text) as { stack: { id: string; stack_status: string } }).stack;
  }
  tally.requestFailures.push(
    `${new Date().toISOString()} show ${name}: ${'failed' in answer ? answer.failed : String(answer.status)}`,
  );
  return {};
}

/** Two resources one after the other: between them the work is nothing but a message (fact 11). */
function template(options: { value: string; seconds: number }): object {
  const { value, seconds } = options;
  const wait = { create: seconds, update: seconds, delete: 1 };
  const slow = { type: 'OS::Heat::TestResource', properties: { value, action_wait_secs: wait } };
  return {
    heat_template_version: '2018-08-31',
    resources: { first: slow, second: { ...slow, depends_on: 'first' } },
  };
}
