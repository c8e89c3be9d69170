import type { Leftovers } from './activities';

/** Who has the lock of a cloud. */
export type Holder = Pick<Leftovers, 'runId' | 'workflowId'> & {
  readonly plan: Pick<NonNullable<Leftovers['plan']>, 'restorePoint'> | null;
};

/** The run that is undone, or a rollback of it that did not come to its end: their work is what this rollback continues. */
export function mayTakeOver({ holder, restorePoint }: { holder: Holder; restorePoint: string }): boolean {
  return holder.runId === restorePoint || holder.plan?.restorePoint === restorePoint;
}
