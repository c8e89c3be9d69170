import { ActivityFailure, CancellationScope, isCancellation, patched, uuid4 } from '@temporalio/workflow';
import { outagesOf, settledSteps } from '../schema/outage';
import { outcomeOf, type Outcome, type PlacedOutcome } from '../schema/outcome';
import { stepToRun } from '../schema/step-to-run';
import { type Plan } from '../schema/plan';
import { now, until, type Desk, type Told } from './desk/desk';
import type { Effects, StepCall } from './execute/effects';
import { sentenceOfFailure } from './failures';
import { killCommand } from './kill-command';
import { activities, stepOptions } from './timeouts';

/** Backs `execute` with Temporal: steps are activities, questions are gates, waiting costs nothing. */
export function temporalEffects(options: {
  desk: Desk;
  plan: Plan;
  isCancelled: () => boolean;
  phaseEnded: Effects['phaseEnded'];
}): Effects {
  const { desk, plan, isCancelled, phaseEnded } = options;
  return {
    runStep: (call) => runStep({ plan, call, fence: desk.told().fence }),
    // A run that a worker without it began has not these activities in its history.
    follow: patched('follow-beside-a-question')
      ? (call) => runStep({ plan, call, fence: desk.told().fence, cutShort: true })
      : null,
    acceptsByKind: patched('accept-losses-by-kind'),
    killStep: ({ host, step, generation, by, reason }) =>
      killCommand({ desk, host, stepId: step.id, generation, by, reason }),
    ask: desk.gates.ask,
    recordAutomatic: (answer) => {
      desk.gates.record({ ...answer, gate: 'none', by: 'the plan', accept: [], via: 'automatic', at: now() });
    },
    until,
    isPaused: () => desk.told().pausedBy !== null,
    isCancelled,
    newGeneration: uuid4,
    now,
    show: ({ phases, running, owed, outcomes, rollingBack }) => {
      const cleaning = phases.at(-1)?.state !== 'waiting';
      const back = rollingBack ? ({ stage: 'rollingBack' } as const) : {};
      desk.tell({
        phases,
        running,
        owed,
        ...outagesSo({ desk, outcomes }),
        ...(cleaning ? { stage: 'tidyingUp', pausedBy: null } : back),
      });
    },
    phaseEnded,
  };
}

/** Nothing is worked out where the plan does not say which steps close and open services. */
function outagesSo(options: { desk: Desk; outcomes: readonly PlacedOutcome[] }): Partial<Pick<Told, 'outages'>> {
  const { desk, outcomes } = options;
  const { times } = desk.told();
  if (times === null) return {};
  const decisions = desk.gates.decisions();
  return { outages: outagesOf({ marks: times.marks, settled: settledSteps({ outcomes, decisions }) }) };
}

function runStep(options: {
  plan: Plan;
  call: StepCall & { readonly pointless: () => boolean };
  fence: number | null;
  /** The command is only watched: it runs on when nobody does. */
  cutShort?: true;
}): Promise<Outcome> {
  const { plan, call, fence, cutShort = false } = options;
  const { host, step, generation, waits, attachOnly } = call;
  const { runId, cloud, cloudDigest } = plan;
  const startedAt = now();
  const scope = new CancellationScope();
  const work = scope
    .run(() =>
      activities.step.executeWithOptions(stepOptions(call), [
        {
          runId,
          cloud,
          cloudDigest,
          host,
          step: stepToRun(step),
          generation,
          waits,
          attachOnly,
          ...(fence === null ? {} : { fence }),
        },
      ]),
    )
    .catch((error: unknown) => givenUp({ error, call, startedAt }));
  // Only a probe is cut short: it reads, and may wait half an hour for something nobody needs any more.
  if (step.kind === 'probe' || cutShort) cutWhen({ scope, work, holds: call.pointless });
  return work;
}

function cutWhen(options: { scope: CancellationScope; work: Promise<unknown>; holds: () => boolean }): void {
  const { scope, work, holds } = options;
  let ended = false;
  void work.finally(() => (ended = true));
  void until(() => ended || holds()).then(() => {
    scope.cancel();
  });
}

/**
 * An activity that gave up says nothing about the command: it is taken for a host that does not answer, where nothing
 * is started again.
 */
function givenUp(options: { error: unknown; call: StepCall; startedAt: string }): Outcome {
  const { error, call, startedAt } = options;
  const cutShort = isCancellation(error);
  if (!cutShort && !(error instanceof ActivityFailure)) throw error;
  const { host, step, generation } = call;
  return outcomeOf({
    kind: cutShort ? 'notReady' : 'unreachable',
    call: { stepId: step.id, host, generation },
    sentence: cutShort
      ? `${host}: ${step.title}: check cut short: the run is stopping`
      : `${host}: ${step.title}: ${sentenceOfFailure(error as ActivityFailure)}`,
    stillRunning: !cutShort && step.kind !== 'probe',
    startedAt,
    endedAt: now(),
  });
}
