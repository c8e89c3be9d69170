import type { Choice, Decision } from '../../../schema/decision';
import type { Outcome, OutcomeKind } from '../../../schema/outcome';
import { boundId } from '../../../schema/step-name';
import { type Plan } from '../../../schema/plan';
import type { Effects, Question, StepCall } from '../../../workflows/execute/effects';
import { execute, type Executed } from '../../../workflows/execute/execute';
import type { Progress } from '../../../workflows/execute/journal';
import { toyOutcome } from '../../support/outcome';

/** A step that runs in the toy cloud, as an observer sees it. */
export interface ToyCall extends StepCall {
  readonly id: string;
  /** `finally` has begun. */
  readonly cleaning: boolean;
  readonly pointless: () => boolean;
}

export interface ToyGate {
  readonly question: Question;
  readonly answer: (choice: Choice) => void;
}

/** One thing that may happen next. */
export interface ToyEvent {
  readonly name: string;
  readonly happen: () => void;
}

/** What everybody can see of the toy cloud at any moment. */
export interface ToyView {
  readonly running: readonly ToyCall[];
  readonly gates: readonly ToyGate[];
  readonly progress: Progress | null;
  readonly paused: boolean;
  readonly cancelled: boolean;
  readonly decisions: readonly Decision[];
}

/** Decides what happens in the toy cloud; `observe` may throw when the executor breaks a promise. */
export interface ToyFate {
  /** How a running call ends. */
  readonly end: (call: ToyCall) => { readonly kind: OutcomeKind; readonly stillRunning?: boolean };
  /** What a running call prints. */
  readonly stdout?: (call: ToyCall) => string;
  /** Picks one of what can happen; `view` for those that want to pause, cancel or wait. */
  readonly pick: (options: { readonly events: readonly ToyEvent[]; readonly controls: ToyControls }) => ToyEvent;
  readonly answer: (gate: ToyGate) => Choice;
  /** How a command that took too long goes on while a person is asked. */
  readonly follow?: Effects['follow'];
  readonly started?: (options: { readonly call: ToyCall; readonly first: boolean; readonly view: ToyView }) => void;
}

export interface ToyControls {
  readonly view: () => ToyView;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly cancel: () => void;
}

export interface ToyEnd extends Executed {
  readonly decisions: readonly Decision[];
  /** Every start that was no attaching, in order: `step@host`, with `!` before it when it was a later generation. */
  readonly starts: readonly string[];
  readonly kills: readonly string[];
  /** How many reports were asked for. */
  readonly phasesEnded: number;
}

const at = '2026-11-21T03:04:05.000Z';

/** Executes a plan in a cloud that exists in memory, where time is the order of events and fate picks that order. */
export async function executeToy(options: { plan: Plan; fate: ToyFate }): Promise<ToyEnd> {
  const { plan, fate } = options;
  let running: (ToyCall & { readonly end: (outcome: Outcome) => void })[] = [];
  let gates: ToyGate[] = [];
  let waiting: { readonly holds: () => boolean; readonly go: () => void }[] = [];
  let progress: Progress | null = null;
  let paused = false;
  let cancelled = false;
  let generations = 0;
  let phasesEnded = 0;
  const starts: string[] = [];
  const kills: string[] = [];
  const started = new Set<string>();
  const decisions: Decision[] = [];
  const view = (): ToyView => ({ running, gates, progress, paused, cancelled, decisions });
  const until = (holds: () => boolean): Promise<void> =>
    holds() ? Promise.resolve() : new Promise((go) => waiting.push({ holds, go }));
  const decide = (parts: Pick<Decision, 'about' | 'choice' | 'reason'>, via: Decision['via']): Decision => {
    const decision = { gate: 'toy', by: 'ana', accept: [], at, ...parts, via } as const;
    decisions.push(decision);
    return decision;
  };
  const effects: Effects = {
    runStep: (call) => {
      const id = boundId({ stepId: call.step.id, host: call.host });
      const cleaning = progress?.phases.at(-1)?.state !== 'waiting';
      const toyCall = { ...call, id, cleaning };
      const first = !started.has(`${id} ${call.generation}`);
      fate.started?.({ call: toyCall, first, view: view() });
      started.add(`${id} ${call.generation}`);
      if (first) starts.push(call.generation === '0' || cleaning ? id : `!${id}`);
      return new Promise((end) => running.push({ ...toyCall, end }));
    },
    follow: fate.follow ?? null,
    acceptsByKind: true,
    killStep: (call) => {
      kills.push(boundId({ stepId: call.step.id, host: call.host }));
      return Promise.resolve(ended({ call, kind: 'done', stillRunning: false }));
    },
    ask: async (question) => {
      let decision: Decision | null = null;
      const gate: ToyGate = {
        question,
        answer: (choice) => (decision = decide({ about: question.about, choice, reason: '' }, 'update')),
      };
      gates = [...gates, gate];
      await until(() => decision !== null || question.withdrawn());
      gates = gates.filter((one) => one !== gate);
      return decision;
    },
    recordAutomatic: (parts) => void decide(parts, 'automatic'),
    until,
    isPaused: () => paused,
    isCancelled: () => cancelled,
    newGeneration: () => `g${String(++generations)}`,
    now: () => at,
    show: (now) => (progress = now),
    phaseEnded: () => phasesEnded++,
  };
  const controls: ToyControls = {
    view,
    pause: () => (paused = true),
    resume: () => (paused = false),
    cancel: () => (cancelled = true),
  };
  const executed = execute({ plan, effects });
  const state = { ended: false };
  executed.then(
    () => (state.ended = true),
    () => (state.ended = true),
  );
  const settle = async (): Promise<void> => {
    for (;;) {
      await new Promise(setImmediate);
      const free = waiting.filter(({ holds }) => holds());
      if (free.length === 0) return;
      waiting = waiting.filter((one) => !free.includes(one));
      free.forEach(({ go }) => {
        go();
      });
    }
  };
  const events = (): ToyEvent[] => [
    ...running.map((call) => ({
      name: `end ${call.id}`,
      happen: () => {
        running = running.filter((one) => one !== call);
        const cut = call.step.kind === 'probe' && call.pointless();
        const stdoutTail = fate.stdout?.(call) ?? '';
        call.end({ ...ended({ call, ...(cut ? { kind: 'notReady' } : fate.end(call)) }), stdoutTail });
      },
    })),
    ...gates.map((gate) => ({
      name: `answer ${gate.question.about.kind}`,
      happen: () => {
        gate.answer(fate.answer(gate));
      },
    })),
  ];
  await settle();
  while (!state.ended) {
    fate.pick({ events: events(), controls }).happen();
    await settle();
  }
  return { ...(await executed), decisions, starts, kills, phasesEnded };
}

function ended(options: { call: StepCall; kind: OutcomeKind; stillRunning?: boolean }): Outcome {
  const { call, kind, stillRunning = kind === 'overtime' } = options;
  const { step, host, generation } = call;
  return toyOutcome({
    kind,
    stepId: step.id,
    host,
    generation,
    sentence: `${host}: ${step.title}: ${kind}`,
    stillRunning,
  });
}
