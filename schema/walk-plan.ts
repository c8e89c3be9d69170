import type { HostName } from './names';
import type { Batch, BoundProbe, Phase, Plan, RestoreWay, Step, UndoPhase, WayBack } from './plan';
import { schemasRestored } from './way-back';

/** The batch without what people do in it. */
export function withoutConfirms(batch: Batch): Batch {
  return { ...batch, steps: batch.steps.filter(({ kind }) => kind !== 'confirm') };
}

/** Every phase that a run of this plan may come to: forward, then all that undoes one of them, then the rollback with restore. */
export function everyPhase({ phases, restore }: Pick<Plan, 'phases' | 'restore'>): readonly Phase[] {
  return [...phases, ...undoing({ phases, order: everyUndo(phases) }), ...phasesOfRestore(restore)];
}

/** The rollback with restore of a rolling run. It always asks what it asks: it restores. */
export function phasesOfRestore(restore: RestoreWay | undefined): readonly Phase[] {
  return (restore?.phases ?? []).map((phase) => ({
    ...phase,
    gate: phase.gate ?? null,
    wayBack: { kind: 'nothing' },
  }));
}

/** Whether a person may choose the rollback with restore once these phases were started. */
export function mayRestore(options: { begun: readonly Phase[]; restore: RestoreWay | undefined }): boolean {
  const { begun, restore } = options;
  return restore !== undefined && begun.some(({ id }) => id === restore.from);
}

/**
 * The rollback from the end of these phases: the last one is undone first, and each phase of it comes once. What it asks, it asks
 * only where it restores a database.
 */
export function phasesBack(phases: readonly Phase[]): readonly Phase[] {
  return undoing({ phases, order: undoOrder(phases) });
}

function undoing({ phases, order }: { phases: readonly Phase[]; order: readonly UndoPhase[] }): readonly Phase[] {
  const restores = schemasRestored(phases).length > 0;
  return order.map((phase) => ({
    ...phase,
    gate: restores ? (phase.gate ?? null) : null,
    wayBack: { kind: 'nothing' },
  }));
}

/** As a phase, or one that is not finished yet, says how it is undone. */
interface Undoable<T extends { readonly id: string }> {
  readonly wayBack:
    | { readonly kind: string }
    | { readonly kind: string; readonly phases: readonly T[]; readonly instead?: readonly string[] };
}

/** Which undo phases, in which order: the last one is undone first, each comes once, and none that another was walked instead of. */
export function undoOrder<T extends { readonly id: string }>(phases: readonly Undoable<T>[]): T[] {
  const needless = phases.flatMap(({ wayBack }) => ('instead' in wayBack ? (wayBack.instead ?? []) : []));
  return everyUndo(phases).filter(({ id }) => !needless.includes(id));
}

function everyUndo<T extends { readonly id: string }>(phases: readonly Undoable<T>[]): T[] {
  const named = [...phases].reverse().flatMap(({ wayBack }) => ('phases' in wayBack ? wayBack.phases : []));
  return named.filter(({ id }, index) => named.findIndex((other) => other.id === id) === index);
}

export function undoPhasesOf(wayBack: WayBack): readonly UndoPhase[] {
  return wayBack.kind === 'nothing' ? [] : wayBack.phases;
}

/**
 * Batches as a run comes to them: stages one after the other, in each of them lanes side by side, in each lane batches one after the other.
 */
export function stagesOf(batches: readonly Batch[]): readonly (readonly (readonly Batch[])[])[] {
  return batches.reduce<readonly (readonly (readonly Batch[])[])[]>((stages, batch) => {
    const stage = stages.at(-1) ?? [];
    const { beside } = batch;
    if (beside === undefined || stage[0]?.[0]?.beside?.group !== beside.group) return [...stages, [[batch]]];
    const place = stage.findIndex(([first]) => first?.beside?.lane === beside.lane);
    const lanes =
      place === -1 ? [...stage, [batch]] : stage.map((lane, index) => (index === place ? [...lane, batch] : lane));
    return [...stages.slice(0, -1), lanes];
  }, []);
}

/** Steps of a batch with their hosts: what every run comes to, and what a person may let it do at a gate. */
export function stepsOn(options: { batches: readonly Batch[]; host: HostName }): readonly Step[] {
  const { batches, host } = options;
  return batches.flatMap(({ hosts, steps }) =>
    steps.flatMap((step) => [
      ...(hosts.includes(host) ? [step] : []),
      ...(step.kind === 'probe' && step.repair?.host === host ? [step.repair.step] : []),
    ]),
  );
}

/** What lists the losses of a rollback from the end of these phases. */
export function previewOf(phases: readonly Pick<Phase, 'wayBack'>[]): BoundProbe | null {
  const previews = phases.flatMap(({ wayBack }) => (wayBack.kind === 'restore' ? (wayBack.preview ?? []) : []));
  return previews.at(-1) ?? null;
}
