import type { RawValue } from '@temporalio/common';
import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { messageHelp, type MessageName } from '../../schema/messages';
import type { RunStatus } from '../../schema/status';
import type { Desk } from './desk';
import { refuse } from '../failures';
import { pasteable } from './pasteable';
import { anyPayload, valueOf } from './payload';
import { understand } from './understand';

const names = Object.keys(messageHelp) as readonly MessageName[];

/**
 * Sets all handlers. Updates are refused by their validators before they enter history; signals of the same names
 * (for scripts, and for a paused workflow) are lenient: what is wrong is noted in `status.ignored` and changes nothing.
 * Call it before the first await.
 */
export function receiveMessages(desk: Desk): void {
  for (const name of names) receive({ desk, name });
  const description = (text: string): { description: string } => ({ description: text });
  setHandler(defineQuery<RunStatus>('status'), desk.status, description('The run as data, for programs.'));
  setHandler(
    defineQuery<string>('plan'),
    () => desk.told().runbook ?? 'There is no plan yet.',
    description(
      'The runbook: every command, the check that it is done, and how to roll back. Read it before you approve.',
    ),
  );
  setHandler(
    defineQuery<unknown>('report'),
    () => desk.told().report ?? 'There is no report yet. The first one is written after the first phase.',
    description('Where the report is stored, with versions and availability.'),
  );
  setHandler(
    defineQuery<unknown>('help'),
    () => helpOf(desk),
    description('Every message with an example to paste, and the answers to open gates.'),
  );
}

function receive(options: { desk: Desk; name: MessageName }): void {
  const { desk, name } = options;
  const { description } = messageHelp[name];
  const heard = (raw: RawValue | undefined): ReturnType<typeof understand> =>
    understand({ desk, name, raw: valueOf(raw) });
  setHandler(
    defineUpdate<string, [RawValue | undefined]>(name, { typeInfo: anyPayload }),
    async (raw) => {
      const message = heard(raw);
      if (!message.ok) throw refuse(message);
      // A cancel request must not cut short what a person asked for (a kill).
      return CancellationScope.nonCancellable(() => message.act('update'));
    },
    {
      description,
      validator: (raw: RawValue | undefined) => {
        const message = heard(raw);
        if (!message.ok) throw refuse(message);
      },
    },
  );
  setHandler(
    defineSignal<[RawValue | undefined]>(name, { typeInfo: anyPayload }),
    async (raw) => {
      const message = heard(raw);
      if (message.ok) await CancellationScope.nonCancellable(() => message.act('signal'));
      else ignore({ desk, sentence: message.sentence });
    },
    { description: `${description} (As a signal: a wrong message is ignored and listed in the status.)` },
  );
}

/** Enough to find the typing error; a script that signals for ever must not fill the status. */
const keptIgnored = 20;

function ignore(options: { desk: Desk; sentence: string }): void {
  const { desk, sentence } = options;
  desk.tell({ ignored: [...desk.told().ignored, sentence].slice(-keptIgnored) });
}

function helpOf(desk: Desk): unknown {
  const open = desk.status().gates.flatMap((gate) => pasteable(gate));
  const messages = names.map((name) => ({ message: name, ...messageHelp[name] }));
  return { howTo: 'Run page > More Actions > Send an Update. Choose the message, paste one JSON.', open, messages };
}
