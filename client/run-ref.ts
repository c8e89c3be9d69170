/** A run: by its id, which a later run may use again, or pinned to one execution, as what `start` returns is. */
export type RunRef = string | { readonly workflowId: string; readonly runId?: string };

export function refOf(run: RunRef): { readonly workflowId: string; readonly runId: string | undefined } {
  return typeof run === 'string'
    ? { workflowId: run, runId: undefined }
    : { workflowId: run.workflowId, runId: run.runId };
}
