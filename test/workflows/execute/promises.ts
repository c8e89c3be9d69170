import type { Choice } from '../../../schema/decision';
import type { HostName } from '../../../schema/names';
import { isGood } from '../../../schema/outcome';
import { boundId } from '../../../schema/step-name';
import { everyPhase, phasesBack, stagesOf, withoutConfirms } from '../../../schema/walk-plan';
import { type Batch, type Phase, type Plan } from '../../../schema/plan';
import type { Question } from '../../../workflows/execute/effects';
import { repairOf } from './plans';
import type { ToyCall, ToyEnd, ToyView } from './scripted-cloud';

/** Watches a run from outside and throws at the first broken promise. */
export interface Promises {
  readonly started: (options: { readonly call: ToyCall; readonly first: boolean; readonly view: ToyView }) => void;
  readonly ended: (options: { readonly call: ToyCall; readonly stillRunning: boolean }) => void;
  readonly answered: (options: { readonly question: Question; readonly choice: Choice }) => void;
  readonly look: (view: Pick<ToyView, 'decisions' | 'gates'>) => void;
  /** Holds the complete against the plan. */
  readonly over: (end: ToyEnd) => void;
}

function must(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken promise: ${promise}`);
}

const isRepair = (stepId: string): boolean => stepId.endsWith(repairOf(''));

/** `p0.b1.s2` -> phase p0, batch b1. */
function placeOf(stepId: string): { readonly phase: string; readonly batch: string } {
  const [phase = '', batch = ''] = stepId.split('.');
  return { phase, batch };
}

/** Batches of a phase by their place: that of its serving comes last. */
function placesIn({ plan, phase }: { plan: Plan; phase: string }): readonly (readonly (readonly string[])[])[] {
  const found = everyPhase(plan).find(({ id }) => id === phase);
  const named = (found?.batches ?? []).map((batch, index) => ({ batch, name: `b${String(index)}` }));
  return stagesOf(named.map(({ batch }) => batch)).map((lanes) =>
    lanes.map((lane) => lane.map((batch) => named.find((one) => one.batch === batch)?.name ?? '')),
  );
}

/** Looks come before all stages, the serving batch after them. */
function stageIn(options: { plan: Plan; phase: string; batch: string }): number {
  const { batch } = options;
  if (batch === 'look') return 0;
  const places = placesIn(options);
  const at = places.findIndex((lanes) => lanes.flat().includes(batch));
  return at === -1 ? places.length + 1 : at + 1;
}

function laneIn(options: { plan: Plan; phase: string; batch: string }): string {
  const { batch } = options;
  const stage = placesIn(options).find((lanes) => lanes.flat().includes(batch)) ?? [];
  return `${String(stageIn(options))} ${String(stage.findIndex((lane) => lane.includes(batch)))}`;
}

/** The same batch, or another lane of its group. */
function isBeside(options: { plan: Plan; phase: string; one: string; other: string }): boolean {
  const { plan, phase, one, other } = options;
  if (one === other) return true;
  const place = { plan, phase };
  const [stage, otherStage] = [stageIn({ ...place, batch: one }), stageIn({ ...place, batch: other })];
  return stage === otherStage && laneIn({ ...place, batch: one }) !== laneIn({ ...place, batch: other });
}

function boundIds(batches: readonly Batch[]): string[] {
  return batches.flatMap(({ hosts, steps }) =>
    hosts.flatMap((host) => steps.map((step) => boundId({ stepId: step.id, host }))),
  );
}

export function watchPromises(plan: Plan): Promises {
  const once = new Set<string>();
  const inFinally: string[] = [];
  /** What may still run on a host although its step returned. */
  const adrift = new Set<string>();
  const lastAnswer = new Map<string, Choice>();
  /** Repairs that a person asked for and that have not begun yet. */
  const asked: string[] = [];
  const leftOut = new Set<HostName>();
  const leftOutByPerson = new Set<string>();
  let aborted = false;
  let altered = false;
  let turned = false;
  let undoes = false;
  let latest = '';
  const latestInLane = new Map<string, string>();
  const altersCloud = (phase: string): boolean => everyPhase(plan).find(({ id }) => id === phase)?.altersCloud ?? false;
  let noted = 0;
  const noteLeftOut = ({ decisions }: Pick<ToyView, 'decisions'>): void => {
    for (const { about, choice, via } of decisions.slice(noted))
      if (via === 'automatic' && choice === 'leaveHostOut' && about.kind === 'failure') leftOut.add(about.host);
    noted = decisions.length;
  };
  return {
    started: ({ call, first, view }) => {
      const { id, host, step, generation, cleaning } = call;
      const { phase, batch } = placeOf(step.id);
      const key = `${id} ${generation}`;
      must(first === !once.has(key), 'a generation of a step starts at most once on a host');
      once.add(key);
      const answer = lastAnswer.get(id);
      if (isRepair(step.id) && first && answer !== 'retry')
        must(
          asked.splice(asked.indexOf(step.id), asked.includes(step.id) ? 1 : 0).length === 1,
          'nobody but a person starts a repair',
        );
      must(first || cleaning || answer === 'wait' || answer === 'kill', 'attached to again only for wait and kill');
      must(!view.running.some((other) => other.id === id), 'a step never runs twice at once on a host');
      if (cleaning) {
        must(
          view.running.every((other) => other.cleaning),
          'finally starts when every step has settled',
        );
        must(adrift.size === 0, 'finally does not start beside a command that may still run');
        must(view.gates.length === 0, 'finally asks nothing and waits for every answer');
        inFinally.push(id);
        return;
      }
      must(inFinally.length === 0, 'nothing starts after finally has begun');
      must(!leftOutByPerson.has(phase), 'nothing starts in a phase that was left out');
      if (turned && phase < 'z' && first) must(false, 'nothing is begun any more after somebody chose to go back');
      if (phase >= 'z' && !undoes) {
        undoes = true;
        must(turned, 'nothing is undone unless somebody chose to go back');
        must(adrift.size === 0, 'nothing is undone beside a command that may still run');
        noteLeftOut(view);
        leftOut.clear();
      }
      must(!leftOut.has(host) || (call.attachOnly && !first), 'a host that was left out gets no further step');
      must(
        view.running.every((other) => placeOf(other.step.id).phase === phase),
        'never two phases at once',
      );
      const stage = stageIn({ plan, phase, batch });
      must(
        view.running.every((other) => isBeside({ plan, phase, one: placeOf(other.step.id).batch, other: batch })),
        'only lanes of one group go side by side',
      );
      must(phase + String(stage) >= latest || batch === 'look', 'phases and stages go forward');
      if (batch !== 'look') latest = phase + String(stage);
      const lane = laneIn({ plan, phase, batch });
      const before = latestInLane.get(phase + lane) ?? '';
      must(batch >= before || batch === 'look', 'the batches of a lane go forward');
      if (batch !== 'look') latestInLane.set(phase + lane, batch);
      must(call.attachOnly || !(aborted || view.cancelled), 'after a stop commands are only attached to');
      if (first) {
        must(!aborted && !view.cancelled, 'no new start after a stop');
        must(!view.paused, 'no new start while paused');
      }
      if (first && generation === '0')
        must(
          view.gates.every(({ question }) => question.about.kind !== 'failure' && question.about.kind !== 'confirm'),
          'no new step starts beside an open question',
        );
      if (step.kind === 'change') altered ||= altersCloud(phase);
    },
    ended: ({ call, stillRunning }) => {
      if (stillRunning && !call.cleaning) adrift.add(call.id);
      else adrift.delete(call.id);
    },
    answered: ({ question, choice }) => {
      if (question.about.kind === 'failure') {
        const id = boundId(question.about);
        lastAnswer.set(id, choice);
        if (choice === 'repair') asked.push(repairOf(question.about.stepId));
        // Whoever answers so takes the command upon themselves.
        if (choice === 'abort' || choice === 'markDone' || choice === 'leaveHostOut') adrift.delete(id);
      }
      must(question.choices.includes(choice), 'only what is offered can be chosen');
      if (choice === 'leaveHostOut' && question.about.kind === 'failure') leftOut.add(question.about.host);
      if (choice === 'leavePhaseOut' && 'phaseId' in question.about) leftOutByPerson.add(question.about.phaseId);
      if (choice === 'abort' || choice === 'reject') aborted = true;
      if (choice === 'rollBack') {
        must(!turned, 'there is one way back');
        must(altered, 'who has altered nothing has nothing to undo');
        if (!aborted) turned = true;
      }
    },
    look: (view) => {
      noteLeftOut(view);
      // Whoever is asked may have begun: the cloud counts as altered from the question on.
      for (const { question } of view.gates)
        if (question.about.kind === 'confirm') altered ||= altersCloud(question.about.phaseId);
    },
    over: (end) => {
      noteLeftOut(end);
      const complete =
        !end.rollingBack && end.phases.slice(0, -1).every(({ state }) => state === 'complete' || state === 'leftOut');
      must((end.state === 'completed') === complete, 'completed means that every phase is complete, or was left out');
      must(
        end.phases.every(({ id, state }) => state !== 'leftOut' || leftOutByPerson.has(id)),
        'only a person leaves a phase out',
      );
      const undone = end.state === 'rolledBack';
      if (undone) everythingUndone({ plan, end });
      must(end.complete === (complete || undone || !altered), 'complete means green, undone, or only prepared');
      must(end.running.length === 0, 'nothing is left running in the journal');
      const served = everyPhase(plan).findLast(
        ({ id, serving }) => serving !== null && stateOf({ end, id }) === 'complete',
      );
      const { always, resolved } = plan.finally;
      const serving = served?.serving ?? null;
      const back = [...(serving === null ? [] : [serving]), ...always, ...(end.complete ? resolved : [])];
      const due = boundIds(back.map(withoutConfirms));
      const byPeople = boundIds(back).length - due.length;
      must(new Set(inFinally).size === inFinally.length, 'finally runs each step once');
      must(
        inFinally.every((id) => due.includes(id)),
        'finally runs what is due and nothing else',
      );
      must(!due.some((id) => !inFinally.includes(id)) || end.owed.length > 0, 'what finally did not even try is owed');
      const good = end.outcomes.slice(-inFinally.length || end.outcomes.length).filter(isGood).length;
      const goodInFinally = inFinally.length === 0 ? 0 : good;
      // What a person put into its place is there while nothing is half-done, and nobody knows otherwise.
      const all = due.length + (end.complete ? 0 : byPeople + boundIds(resolved).length);
      must(end.owed.length === all - goodInFinally, 'owed is complete: all that is due and was not done');
      if (complete || undone) everyStepSettled({ phases: undone ? undoing({ plan, end }) : plan.phases, end, leftOut });
    },
  };
}

function stateOf(options: { end: ToyEnd; id: string }): string | undefined {
  return options.end.phases.find(({ id }) => id === options.id)?.state;
}

/** What undoes the phases that were begun, the last one first. */
function undoing(options: { plan: Plan; end: ToyEnd }): readonly Phase[] {
  const untouched = [undefined, 'waiting', 'leftOut'];
  return phasesBack(options.plan.phases.filter(({ id }) => !untouched.includes(stateOf({ ...options, id }))));
}

/** Every phase that was begun has its own undone, all complete and in that order, and the page shows no other. */
function everythingUndone(options: { plan: Plan; end: ToyEnd }): void {
  const shown = options.end.phases.slice(0, -1).filter(({ id }) => id >= 'z');
  must(
    JSON.stringify(shown.map(({ id }) => id)) === JSON.stringify(undoing(options).map(({ id }) => id)),
    'every phase that was begun is undone, the last one first',
  );
  must(
    shown.every(({ state }) => state === 'complete'),
    'rolled back means that the complete way back is complete',
  );
}

/** In a completed run every step is good, or a person said so, or its host was left out. */
function everyStepSettled(options: { phases: readonly Phase[]; end: ToyEnd; leftOut: ReadonlySet<HostName> }): void {
  const { phases, end, leftOut } = options;
  const good = new Set(end.outcomes.filter(isGood).map(boundId));
  const waved = new Set(
    end.decisions.flatMap(({ about, choice }) =>
      (about.kind === 'failure' && choice === 'skip') ||
      ((about.kind === 'failure' || about.kind === 'confirm') && choice === 'markDone')
        ? [boundId(about)]
        : [],
    ),
  );
  const walked = phases.filter(({ id }) => stateOf({ end, id }) !== 'leftOut');
  for (const { hosts, steps } of walked.flatMap(({ batches }) => batches)) {
    for (const host of hosts.filter((one) => !leftOut.has(one))) {
      for (const { id } of steps) {
        const bound = boundId({ stepId: id, host });
        must(good.has(bound) || waved.has(bound), `${bound} is done, or a person let it go`);
      }
    }
  }
}
