import { foundationOf } from '../../schema/foundation';
import type { Batch, Change, Phase, Probe, Step } from '../../schema/plan';
import { boundId } from '../../schema/step-name';
import { stagesOf } from '../../schema/walk-plan';

/** A state of the cloud in which a run can fail. */
export interface DrillState {
  /** What is made to fail: `heat/db-sync@ctl1`, before it has done anything; `heat/db-sync@ctl1:after`, with its work done. */
  readonly words: string;
  /** Steps that find the cloud so: one of them that fails without having done anything leaves the same cloud. */
  readonly steps: readonly string[];
  /** Less comes first: what a wrong rollback would cost. */
  readonly rank: number;
}

/**
 * Every state in which a run of these phases can stop, each of them once: the begin of each phase, the begin of what goes side by
 * side, and the end of each change. A check leaves the cloud as it was, so its failure is that of the change before it. Where lanes
 * go side by side, how far the others have come when one of them fails is as it happens.
 */
export function drillStates(phases: readonly Phase[]): readonly DrillState[] {
  return phases.flatMap(statesOfPhase).toSorted((one, other) => one.rank - other.rank);
}

/** The most telling ones of a rolling run: its schema is new, the new code serves, the last host has it, and serves. */
export function tellingStates(phases: readonly Phase[]): readonly DrillState[] {
  const changes = phases.flatMap((phase) => placesOf(phase.batches).map((place) => ({ ...place, phase })));
  const last = (is: (place: (typeof changes)[number]) => boolean): string[] =>
    changes.filter(is).slice(-1).map(wordsAfter);
  const words = [
    ...last(({ step }) => kindsOf(step).includes('schema')),
    ...last(({ step, phase }) => phase.id === 'cut-over' && kindsOf(step).includes('rotation')),
    ...last(({ step }) => kindsOf(step).includes('code')),
    ...last(({ step }) => kindsOf(step).includes('rotation')),
  ];
  const all = drillStates(phases);
  return words.flatMap((one) => all.filter((state) => state.words === one));
}

type CommandStep = Change | Probe;

interface Place {
  readonly host: string;
  readonly step: CommandStep;
}

/** While it is collected. */
interface Found extends DrillState {
  readonly steps: string[];
}

/** How the cloud is where a track begins or ends. Null: as several tracks side by side have left it. */
type Now = Found | null;

function statesOfPhase(phase: Phase): readonly DrillState[] {
  const found: Found[] = [];
  const add = (state: Found): Found => {
    found.push(state);
    return state;
  };
  const begun = (place: Place): Found =>
    add({ words: boundTo(place), steps: [], rank: phase.altersCloud ? rank.begins : rank.prepares });
  const walkTrack = (host: string, steps: readonly CommandStep[], from: Now): Now =>
    steps.reduce<Now>((now, step) => {
      const place = { host, step };
      const at = now ?? begun(place);
      at.steps.push(boundTo(place));
      return step.kind === 'probe' ? at : add({ words: wordsAfter(place), steps: [], rank: rankOf({ phase, step }) });
    }, from);
  /** Tracks that begin in one state; one alone ends in one that is known. */
  const beside = (tracks: readonly ((from: Now) => Now)[], first: Place | undefined, from: Now): Now => {
    const start = from ?? (tracks.length > 1 && first !== undefined ? begun(first) : null);
    const ends = tracks.map((track) => track(start));
    return ends.length === 1 ? (ends[0] ?? null) : null;
  };
  const walkBatch = ({ hosts, steps }: Batch, from: Now): Now =>
    beside(
      hosts.map((host) => (now: Now) => walkTrack(host, commandsOf(steps), now)),
      placesOf([{ hosts, steps }])[0],
      from,
    );
  stagesOf(phase.batches).reduce<Now>(
    (from, lanes) =>
      beside(
        lanes.map((lane) => (now: Now) => lane.reduce<Now>((so, batch) => walkBatch(batch, so), now)),
        placesOf(lanes.flat())[0],
        from,
      ),
    null,
  );
  return found;
}

const rank = { alters: 0, begins: 1, helps: 2, prepares: 3 } as const;

function rankOf({ phase, step }: { phase: Phase; step: CommandStep }): number {
  if (!phase.altersCloud) return rank.prepares;
  return foundationOf(step) !== null || kindsOf(step).some((kind) => kind !== 'thing') ? rank.alters : rank.helps;
}

function kindsOf(step: CommandStep): string[] {
  return step.kind === 'change' ? (step.effects ?? []).map(({ kind }) => kind) : [];
}

function placesOf(batches: readonly Pick<Batch, 'hosts' | 'steps'>[]): Place[] {
  return batches.flatMap(({ hosts, steps }) =>
    hosts.flatMap((host) => commandsOf(steps).map((step) => ({ host, step }))),
  );
}

function commandsOf(steps: readonly Step[]): CommandStep[] {
  return steps.filter((step): step is CommandStep => step.kind === 'change' || step.kind === 'probe');
}

const boundTo = ({ host, step }: Place): string => boundId({ stepId: step.id, host });
const wordsAfter = (place: Place): string => `${boundTo(place)}:after`;
