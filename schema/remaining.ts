import { z } from 'zod';

/**
 * Hosts that an upgrade left with the release before: kept on the lock host beyond the run, because the upgrade of the service is not done
 * while there is one (R-CEIL-24). One file for each service.
 */
const remaining = z.object({
  schemaVersion: z.literal(1),
  service: z.string().min(1).max(64),
  package: z.string().min(1).max(128),
  /** What the run's own hosts have. */
  target: z.string().min(1).max(128),
  runId: z.string().min(1).max(64),
  endedAt: z.iso.datetime(),
  hosts: z.array(z.string().min(1).max(253)),
});

export type Remaining = z.infer<typeof remaining>;

/** As the lock host has it now. */
export interface KeptRemaining extends Remaining {
  /** Since the run ended. */
  readonly days: number;
}

/** One that still has it. */
export interface RemainingHost {
  readonly service: string;
  readonly host: string;
  /** Null: the host did not say. */
  readonly installed: string | null;
  readonly target: string;
  /** Files of the target's pipelines that a run gave it before its own agents were new. Absent: none. */
  readonly pipelines?: readonly string[];
}

/** Null: the text is no file of this kind, or one of a newer release. */
export function readRemaining(text: string): Remaining | null {
  try {
    const read = remaining.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** As people read it on the page, in the report and at openstackFinish. */
export function remainingSentence({ service, host, installed, target, pipelines = [] }: RemainingHost): string {
  const given =
    pipelines.length === 0 ? '' : `; the run gave it pipelines of the new release before (${pipelines.join(', ')})`;
  return installed === null
    ? `${service} on ${host} could not be read; the run did not upgrade it to ${target}`
    : `${service} on ${host} is still at ${installed}, and not at ${target}${given}`;
}
