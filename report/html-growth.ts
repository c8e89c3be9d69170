import { roughly } from '../schema/duration-words';
import { type AgentSize, type Growth, inMebibytes, much, type QueueGrowth, type QueueSize } from './growth';
import { number, table, type Cell } from './html-table';
import { markup, type Markup } from './markup';

/** Queues of agents, and their memory, before and after (R-CEIL-26, R-CEIL-27). */
export function growthTables({ queues, agents, unread }: Growth): Markup {
  return markup`${queues.length === 0 ? null : queueTable(queues)}
${unread.map((sentence) => markup`<p class="quiet small">${sentence}</p>`)}
${agents.length === 0 ? null : agentTable(agents)}
<p class="quiet small">Red: a queue with ${much.queueTimes} times the bytes and ${inMebibytes(much.queueBytes)} more, or an agent with ${much.agentTimes} times the memory and ${inMebibytes(much.agentBytes)} more. The guides name no number; these are ours. Payloads grow from release to release, because nothing is removed from them. Bytes are those of messages that wait at this moment.</p>`;
}

function queueTable(queues: Growth['queues']): Markup {
  return table({
    columns: ['Queue', 'Vhost', ...['Messages', 'Bytes', 'Bytes of one', 'Consumers'].map(number), ''],
    rows: queues.map((one) => [
      one.queue,
      one.vhost,
      change({ one, of: ({ messages }) => String(messages) }),
      { ...change({ one, of: ({ bytes }) => String(bytes) }), look: `number${one.grewMuch ? ' bad' : ''}` },
      change({ one, of: perMessage }),
      change({ one, of: ({ consumers }) => String(consumers) }),
      remark(one),
    ]),
  });
}

function change(options: { one: Pick<QueueGrowth, 'before' | 'after'>; of: (size: QueueSize) => string }): {
  readonly content: string;
  readonly look: string;
} {
  const said = (size: QueueSize | null): string => (size === null ? '-' : options.of(size));
  return number(`${said(options.one.before)} → ${said(options.one.after)}`);
}

/** Nothing to divide by where none waits. */
function perMessage({ bytes, messages }: QueueSize): string {
  return messages === 0 ? '-' : String(Math.round(bytes / messages));
}

function remark({ before, after, withoutConsumer }: QueueGrowth): Cell {
  const words = [
    ...(before === null ? ['new'] : []),
    ...(after === null ? ['gone'] : []),
    ...(withoutConsumer ? ['nobody takes from it'] : []),
  ];
  return { content: words.join(', '), look: withoutConsumer ? 'warn' : '' };
}

function agentTable(agents: Growth['agents']): Markup {
  return table({
    columns: ['Agent', 'Host', ...['Memory', 'Processes', 'Ran for, before', 'Ran for, after'].map(number)],
    rows: agents.map(({ unit, host, before, after, grewMuch }) => [
      unit,
      host,
      {
        content: `${sized(before, ({ bytes }) => inMebibytes(bytes))} → ${sized(after, ({ bytes }) => inMebibytes(bytes))}`,
        look: `number${grewMuch ? ' bad' : ''}`,
      },
      number(
        `${sized(before, ({ processes }) => String(processes))} → ${sized(after, ({ processes }) => String(processes))}`,
      ),
      number(sized(before, ({ runsForSeconds }) => roughly(runsForSeconds))),
      number(sized(after, ({ runsForSeconds }) => roughly(runsForSeconds))),
    ]),
  });
}

function sized(size: AgentSize | null, say: (size: AgentSize) => string): string {
  return size === null ? '-' : say(size);
}
