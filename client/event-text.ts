import type { Decision } from '../schema/decision';
import { between, inWords } from '../report/durations';
import { phaseLooks, runLooks } from '../schema/words';
import { outageText } from '../schema/outage-words';
import { answerCommands } from './rows';
import type { RunEvent } from './run-events';

/** An event in lines, for logs, pipes and screens that cannot be redrawn; none where another event says the same. */
export function eventText(options: { event: RunEvent; cloud: string; workflowId: string }): readonly string[] {
  const { event, cloud, workflowId } = options;
  switch (event.kind) {
    case 'decision':
      return [decisionText(event.decision)];
    case 'phaseStarted':
      return [`phase starts: ${event.phase.title}`];
    case 'phaseEnded':
      return [phaseText(event.phase)];
    case 'state':
      return [`${cloud}: ${runLooks[event.state].words}`];
    case 'stepStarted':
      return [`  ${event.step.host}: ${event.step.title}`];
    case 'gateOpened':
      return [
        `gate ${event.gate.code} waits for a person: ${event.gate.question.split('\n')[0] ?? ''}`,
        ...answerCommands({ gate: event.gate, workflowId }).map((command) => `  ${command}`),
      ];
    case 'gateClosed':
      return []; // the decision that closed it is an event of its own
    case 'overBudget':
      return [outageText(event.outage)];
    case 'paused':
      return [`paused by ${event.by}`];
    case 'ignored':
      return [`ignored: ${event.sentence}`];
    default:
      return event satisfies never;
  }
}

function phaseText(phase: Extract<RunEvent, { kind: 'phaseEnded' }>['phase']): string {
  const { state, title, startedAt, endedAt, stepsDone, steps } = phase;
  const took =
    startedAt === null || endedAt === null ? '' : ` after ${inWords(between({ fromAt: startedAt, toAt: endedAt }))}`;
  return `phase ${phaseLooks[state].words}${took}: ${title} (${stepsDone} of ${steps} steps)`;
}

function decisionText({ choice, by, gate, reason }: Decision): string {
  return `${by} decided: ${choice}${gate === 'none' ? '' : ` at gate ${gate}`}${reason === '' ? '' : ` (${reason})`}`;
}
