import type { OutputState } from '../schema/output';
import type { OutputEvent } from './step-output';
import { waitingFor } from './waiting-for';

/** What the step printed, each stream to its own; what is said about it goes to standard error. One JSON object an event with `json`. */
export async function showOutput(options: {
  readonly events: AsyncIterable<OutputEvent>;
  readonly json: boolean;
}): Promise<void> {
  const { events, json } = options;
  for await (const event of events) {
    if (json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...asData(event) })}\n`);
    else show(event);
  }
}

function asData(event: OutputEvent): object {
  if (event.kind !== 'away') return event;
  return { kind: 'away', code: event.error.code, message: waitingFor(event.error) };
}

function show(event: OutputEvent): void {
  switch (event.kind) {
    case 'out':
      process.stdout.write(event.text);
      return;
    case 'err':
      process.stderr.write(event.text);
      return;
    case 'attempt':
      process.stderr.write(`-- ${event.step}, attempt ${event.attempt} of ${event.of}\n`);
      return;
    case 'away':
      process.stderr.write(`-- ${waitingFor(event.error)}\n`);
      return;
    case 'end':
      process.stderr.write(
        `-- ${endings[event.state]}${event.exitCode === null ? '' : ` Exit code ${event.exitCode}.`}\n`,
      );
      return;
    default:
      event satisfies never;
  }
}

const endings: Readonly<Record<OutputState, string>> = {
  waiting: 'It has not started: another command on this host must end first.',
  running: 'It is still running; --follow continues.',
  ended: 'It has ended.',
  removed: 'It has ended, and its host has removed its output.',
  absent: 'Its host does not know this command: it was not started there, or the host was installed anew.',
};
