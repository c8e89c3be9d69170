import type { Decision } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { between, inWords } from '../report/durations';
import { phaseLooks, runLooks } from '../schema/words';
import { answerCommands } from './rows';

/**
 * What happened between two looks at a run, one line an event: for logs, pipes and screens that cannot be redrawn.
 * `before` null: the first look.
 */
export function eventsBetween(options: { before: RunStatus | null; after: RunStatus; workflowId: string }): string[] {
  const { before, after, workflowId } = options;
  return [
    ...decisionsBetween({ before, after }),
    ...phasesBetween({ before, after }),
    ...(before?.state === after.state ? [] : [`${after.cloud}: ${runLooks[after.state].words}`]),
    ...after.running
      .filter(({ step, since }) => !(before?.running ?? []).some((one) => one.step === step && one.since === since))
      .map(({ host, title }) => `  ${host}: ${title}`),
    ...after.gates
      .filter(({ code }) => !(before?.gates ?? []).some((one) => one.code === code))
      .flatMap((gate) => [
        `gate ${gate.code} waits for a person: ${gate.question.split('\n')[0] ?? ''}`,
        ...answerCommands({ gate, workflowId }).map((command) => `  ${command}`),
      ]),
    ...(after.pausedBy !== null && before?.pausedBy !== after.pausedBy ? [`paused by ${after.pausedBy}`] : []),
    ...after.ignored
      .filter((sentence) => !(before?.ignored ?? []).includes(sentence))
      .map((sentence) => `ignored: ${sentence}`),
  ];
}

function phasesBetween(options: { before: RunStatus | null; after: RunStatus }): string[] {
  return options.after.phases.flatMap((phase) => {
    const old = options.before?.phases.find(({ id }) => id === phase.id);
    if (phase.startedAt === null || old?.state === phase.state) return [];
    const begun = old === undefined || old.startedAt === null ? [`phase begins: ${phase.title}`] : [];
    if (phase.endedAt === null) return begun;
    const took = inWords(between({ fromAt: phase.startedAt, toAt: phase.endedAt }));
    return [
      ...begun,
      `phase ${phaseLooks[phase.state].words} after ${took}: ${phase.title} (${phase.stepsDone} of ${phase.steps} steps)`,
    ];
  });
}

function decisionsBetween(options: { before: RunStatus | null; after: RunStatus }): string[] {
  const known = options.before?.decisions.length ?? 0;
  return options.after.decisions.slice(known).map(decisionText);
}

function decisionText({ choice, by, gate, reason }: Decision): string {
  return `${by} decided: ${choice}${gate === 'none' ? '' : ` at gate ${gate}`}${reason === '' ? '' : ` (${reason})`}`;
}
