import { z } from 'zod';

/** Of one run that has ended: what the next plan of the same cloud estimates with. A small file on the lock host. */
const runTimes = z.object({
  schemaVersion: z.literal(1),
  runId: z.string().min(1).max(64),
  kind: z.enum(['full', 'partial', 'rollback']),
  from: z.string(),
  to: z.string(),
  services: z.array(z.string()),
  hosts: z.int().min(0),
  endedAt: z.iso.datetime(),
  /** Every phase that its plan could come to, in order: the same list is the same order of steps. */
  order: z.array(z.string()),
  /** Phases that completed, without the time in which nothing ran. */
  phases: z.array(z.object({ id: z.string(), seconds: z.number().min(0) })),
});

export type RunTimes = z.infer<typeof runTimes>;

/** What the lock host has of earlier runs. */
export interface EarlierTimes {
  /** The newest first. */
  readonly runs: readonly RunTimes[];
  /** Files that could not be used, by their names. */
  readonly unreadable: readonly string[];
}

export const noEarlierTimes: EarlierTimes = { runs: [], unreadable: [] };

/** Of the times that were approved with a plan, what a rollback of it counts with. */
const approvedTimes = z.object({
  marks: z.array(
    z.object({ stepId: z.string(), host: z.string(), closes: z.array(z.string()), opens: z.array(z.string()) }),
  ),
  schemaBytes: z.record(z.string(), z.number().min(0)),
});

/** Null: the text is no file of this kind. */
export function readApprovedTimes(text: string): z.infer<typeof approvedTimes> | null {
  return parsed({ schema: approvedTimes, text });
}

/** Null: the text is no file of this kind, or one of a newer release. */
export function readRunTimes(text: string): RunTimes | null {
  return parsed({ schema: runTimes, text });
}

function parsed<T>({ schema, text }: { schema: z.ZodType<T>; text: string }): T | null {
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
