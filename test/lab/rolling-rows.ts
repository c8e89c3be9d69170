import type { BackFromFault } from './roll-into-fault';
import type { RollFault } from './roll-faults';
import type { Roll, Row } from './roll-order';
import { lossesOf, type Controls } from './rolling-proof';

export type { Row };

/** @param options.name of the order: `guide` */
export function rollRows(options: { readonly name: string; readonly roll: Roll }): readonly Row[] {
  const { name, roll } = options;
  const { end, seconds, kills, load, unheard, leftInWork, result } = roll;
  const { completed, stuck } = load.operations;
  const requests = Object.values(load.requests).reduce((sum, one) => sum + one.requests, 0);
  const losses = lossesOf(load);
  const owed = result?.owed.length ?? 0;
  return [
    {
      what: `${name}: Heat rolls`,
      seen: `${end} after ${String(seconds)} s and ${String(kills)} kills, ${String(owed)} owed`,
      good: end === 'completed' && owed === 0,
    },
    {
      what: `${name}: users meanwhile`,
      seen: `${String(requests)} reads and ${String(completed.length)} operations, ${String(losses.length)} failed or stuck`,
      good: losses.length === 0,
    },
    {
      what: `${name}: stacks left in progress`,
      seen: leftInWork.trim() === '' ? 'none' : leftInWork.trim(),
      good: leftInWork === '',
    },
    {
      what: `${name}: notifications`,
      seen: `${String(2 * completed.length - unheard.length)} of ${String(2 * completed.length)} heard`,
      good: unheard.length === 0,
    },
    ...(result?.availability ?? []).map((line) => ({
      what: `${name}: the run's own watch`,
      seen: line,
      good: line.includes(': 0 of ') && stuck.length === 0,
    })),
  ];
}

/** Here the loss is what should be seen. */
export function controlRows({ load, heardUnpinned, lostOnNewVhost }: Controls): readonly Row[] {
  const failures = Object.values(load.requests).flatMap((one) => one.failures).length;
  const { stuck } = load.operations;
  return [
    { what: 'control: APIs stop where they serve', seen: `${String(failures)} reads failed`, good: failures > 0 },
    {
      what: 'control: an engine stops with work in hand',
      seen: `${String(stuck.length)} stacks stuck (${stuck.join(', ')})`,
      good: stuck.length > 0,
    },
    {
      what: 'control: notifications not pinned',
      seen: `${String(heardUnpinned.length)} heard, ${String(lostOnNewVhost)} gone to the new vhost`,
      good: heardUnpinned.length === 0 && lostOnNewVhost > 0,
    },
  ];
}

/** Here as well: the guide's wait for a moment without work is waved through by a person. */
export function wavedRow({ end, load, asked }: Roll): Row {
  const { stuck } = load.operations;
  return {
    what: "control: the guide's wait is waved through",
    seen: `markDone ${String(asked.length - 1)} times, then: ${end.split('\n')[0] ?? ''} ${String(stuck.length)} stacks stuck (${stuck.join(', ')})`,
    good: stuck.length > 0,
  };
}

/** And nobody is drained. What HAProxy cannot give to another host is what people lose. */
export function undrainedRow({ end, load, asked }: Roll): Row {
  const lost = lossesOf(load);
  const reads = Object.values(load.requests).reduce((sum, { requests }) => sum + requests, 0);
  return {
    what: 'control: nobody is drained',
    seen: `${String(asked.length)} moves confirmed and none made; ${end.split('\n')[0] ?? ''}: ${String(lost.length)} lost of ${String(reads)} reads and ${String(load.operations.completed.length)} operations, the first: ${lost[0] ?? 'none'}`,
    good: lost.length > 0,
  };
}

export function backRow(options: { readonly fault: RollFault; readonly back: BackFromFault }): Row {
  const { fault, back } = options;
  const { stoppedAt, question, end, result, before, after, oldStack } = back;
  const same = JSON.stringify(before) === JSON.stringify(after);
  const owed = result?.owed.length ?? 0;
  return {
    what: `back: ${fault.name}`,
    seen: `stopped at ${stoppedAt} (${question.split('\n')[0] ?? ''}), ${end}, ${String(owed)} owed, cloud ${same ? 'as before' : 'NOT as before'}, old stack ${oldStack.join(', ')}`,
    good:
      fault.stopsAt.test(stoppedAt) &&
      fault.says.test(question) &&
      end === 'rolledBack' &&
      owed === 0 &&
      same &&
      oldStack.at(-1) === 'UPDATE_COMPLETE',
  };
}

export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows.map(({ what, seen, good }) => `${good ? 'ok  ' : 'NOT '}  ${what.padEnd(width)}  ${seen}`).join('\n');
}
