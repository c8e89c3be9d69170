import type { HostName } from '../schema/names';
import type { StepRecord } from './steps';

/** Queues and memory of agents before and after: new models have queues of their own, payloads grow (R-CEIL-26, R-CEIL-27). */
export interface Growth {
  readonly queues: readonly QueueGrowth[];
  readonly agents: readonly AgentGrowth[];
  /** What could not be told, as sentences. */
  readonly unread: readonly string[];
}

export interface QueueGrowth {
  readonly vhost: string;
  readonly queue: string;
  /** Null: it was not there. */
  readonly before: QueueSize | null;
  readonly after: QueueSize | null;
  /** Nobody takes what comes: it only grows. */
  readonly withoutConsumer: boolean;
  readonly grewMuch: boolean;
}

export interface QueueSize {
  readonly messages: number;
  readonly consumers: number;
  /** Of the messages that wait. */
  readonly bytes: number;
  /** Of the queue itself. */
  readonly memoryBytes: number;
}

export interface AgentGrowth {
  readonly unit: string;
  readonly host: HostName;
  readonly before: AgentSize | null;
  readonly after: AgentSize | null;
  readonly grewMuch: boolean;
}

export interface AgentSize {
  readonly bytes: number;
  readonly processes: number;
  /** One that has just started has less than it will have. */
  readonly runsForSeconds: number;
}

/*
 * From when on growth is much. The guides name no number; these are ours: twice as many bytes in a queue, half as much again in an agent, and
 * more than what comes and goes in any hour.
 */
export const much = { queueTimes: 2, queueBytes: 10 * 2 ** 20, agentTimes: 1.5, agentBytes: 50 * 2 ** 20 } as const;

/** As plan/commands/growth.ts prints them, with tabs. */
const queueLine = /^queue\t([^\t]+)\t([^\t]+)\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/;
const queueTotal = /^(\d+) queues$/;
const memoryLine = /^memory\t([^\t]+)\t(\d+)\t(\d+)\t(\d+)$/;

/** Null: nothing of the run has agents, or it came to no second look. */
export function growthOf(steps: readonly StepRecord[]): Growth | null {
  const said = (look: string): readonly StepRecord[] =>
    steps.filter(({ good, stepId }) => good && stepId.endsWith(`/${look}`));
  if (said('queues-after').length + said('memory-after').length === 0) return null;
  const [before, after] = [queuesIn(said('queues-before')), queuesIn(said('queues-after'))];
  return {
    queues: before === null || after === null ? [] : queueGrowth({ before, after }),
    agents: agentGrowth({ before: agentsIn(said('memory-before')), after: agentsIn(said('memory-after')) }),
    unread:
      before === null || after === null
        ? ['The queues could not be read at both moments, or there are too many of them.']
        : [],
  };
}

type NamedQueue = QueueSize & { readonly vhost: string; readonly queue: string };
type NamedAgent = AgentSize & { readonly unit: string; readonly host: HostName };

/** Null: not read, or not all of them are here. */
function queuesIn(steps: readonly StepRecord[]): readonly NamedQueue[] | null {
  const lines = (steps.at(-1)?.stdoutTail ?? '').split('\n');
  const total = lines.flatMap((line) => queueTotal.exec(line)?.[1] ?? []).at(-1);
  const queues = lines.flatMap((line): NamedQueue[] => {
    const [, vhost, queue, messages, consumers, bytes, memory] = queueLine.exec(line) ?? [];
    if (vhost === undefined || queue === undefined) return [];
    const size = { messages: Number(messages), consumers: Number(consumers), bytes: Number(bytes) };
    return [{ vhost, queue, ...size, memoryBytes: Number(memory) }];
  });
  return total !== undefined && Number(total) === queues.length ? queues : null;
}

function agentsIn(steps: readonly StepRecord[]): readonly NamedAgent[] {
  const all = steps.flatMap(({ host, stdoutTail }) =>
    stdoutTail.split('\n').flatMap((line): NamedAgent[] => {
      const [, unit, kib, processes, age] = memoryLine.exec(line) ?? [];
      if (unit === undefined) return [];
      return [{ unit, host, bytes: Number(kib) * 1024, processes: Number(processes), runsForSeconds: Number(age) }];
    }),
  );
  // A step that was run again says it twice: its last word counts.
  return all.filter(
    (one, index) => all.findLastIndex(({ unit, host }) => unit === one.unit && host === one.host) === index,
  );
}

function queueGrowth(options: { before: readonly NamedQueue[]; after: readonly NamedQueue[] }): QueueGrowth[] {
  return pairs({ ...options, nameOf: ({ vhost, queue }) => `${vhost}\t${queue}` }).map(({ name, before, after }) => {
    const [vhost = '', queue = ''] = name.split('\t');
    return {
      vhost,
      queue,
      before: before === null ? null : queueSize(before),
      after: after === null ? null : queueSize(after),
      withoutConsumer: after !== null && after.consumers === 0,
      grewMuch: isMuch({
        before: before?.bytes ?? 0,
        after: after?.bytes ?? 0,
        times: much.queueTimes,
        by: much.queueBytes,
      }),
    };
  });
}

function queueSize({ messages, consumers, bytes, memoryBytes }: QueueSize): QueueSize {
  return { messages, consumers, bytes, memoryBytes };
}

function agentGrowth(options: { before: readonly NamedAgent[]; after: readonly NamedAgent[] }): AgentGrowth[] {
  return pairs({ ...options, nameOf: ({ unit, host }) => `${unit}\t${host}` }).map(({ name, before, after }) => {
    const [unit = '', host = ''] = name.split('\t');
    return {
      unit,
      host,
      before: before === null ? null : agentSize(before),
      after: after === null ? null : agentSize(after),
      grewMuch:
        before !== null &&
        after !== null &&
        isMuch({ before: before.bytes, after: after.bytes, times: much.agentTimes, by: much.agentBytes }),
    };
  });
}

function agentSize({ bytes, processes, runsForSeconds }: AgentSize): AgentSize {
  return { bytes, processes, runsForSeconds };
}

function pairs<T>(options: {
  before: readonly T[];
  after: readonly T[];
  nameOf: (one: T) => string;
}): { readonly name: string; readonly before: T | null; readonly after: T | null }[] {
  const { before, after, nameOf } = options;
  const names = [...new Set([...before, ...after].map(nameOf))].sort();
  const named = (all: readonly T[], name: string): T | null => all.find((one) => nameOf(one) === name) ?? null;
  return names.map((name) => ({ name, before: named(before, name), after: named(after, name) }));
}

function isMuch(options: { before: number; after: number; times: number; by: number }): boolean {
  const { before, after, times, by } = options;
  return after >= before * times && after - before >= by;
}

/** What a reader must know before the numbers. */
export function growthRemarks(growth: Growth | null): string[] {
  const { queues = [], agents = [] } = growth ?? {};
  return [
    ...queues
      .filter(({ before, after }) => before === null && after !== null)
      .map(
        ({ queue, vhost, withoutConsumer }) =>
          `The queue ${queue} on vhost ${vhost} is new${withoutConsumer ? ', and nobody takes from it: it only grows' : ''}.`,
      ),
    ...queues
      .filter(({ grewMuch }) => grewMuch)
      .map(
        ({ queue, vhost, before, after }) =>
          `The queue ${queue} on vhost ${vhost} holds ${inMebibytes(after?.bytes ?? 0)}, and held ${inMebibytes(before?.bytes ?? 0)} before.`,
      ),
    ...agents
      .filter(({ grewMuch }) => grewMuch)
      .map(
        ({ unit, host, before, after }) =>
          `${unit} on ${host} uses ${inMebibytes(after?.bytes ?? 0)}, and used ${inMebibytes(before?.bytes ?? 0)} before.`,
      ),
  ];
}

export function inMebibytes(bytes: number): string {
  return `${String(Math.round(bytes / 2 ** 20))} MiB`;
}
