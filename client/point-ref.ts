/** `restorePoint`: the id of the run that made it; default: the newest. */
export interface PointRef {
  readonly cloud: string;
  readonly restorePoint?: string;
}

/** Exactly these, or all that are older and not the newest. `by`: an approver, where the cloud file names some. */
export type DropWish = { readonly cloud: string; readonly by: string; readonly reason?: string } & (
  | { readonly restorePoints: readonly string[]; readonly olderThanDays?: never }
  | { readonly olderThanDays: number; readonly restorePoints?: never }
);
