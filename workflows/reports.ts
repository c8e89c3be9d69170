import { ActivityFailure } from '@temporalio/workflow';
import type { MadePlan } from '../schema/activities';
import type { PlacedOutcome } from '../schema/outcome';
import { outlineOf } from '../schema/outline';
import type { RunState } from '../schema/status';
import { now, type Desk } from './desk/desk';
import { sentenceOfFailure } from './failures';
import { activities } from './timeouts';

export interface Reports {
  /** Writes evidence beside the running upgrade; the next phase does not wait for it. */
  readonly write: (options: { readonly state: RunState; readonly outcomes: readonly PlacedOutcome[] }) => void;
  /** Writes the last one, after all before it. */
  readonly finish: (options: {
    readonly state: RunState;
    readonly outcomes: readonly PlacedOutcome[];
  }) => Promise<void>;
}

/** Writes reports one after the other. A report that cannot be written never stops an upgrade; the page says so. */
export function openReports(options: { desk: Desk; made: MadePlan }): Reports {
  const { desk, made } = options;
  const { digest, times = null } = made;
  const plan = outlineOf(made.plan);
  let last = Promise.resolve();
  const write: Reports['write'] = ({ state, outcomes }) => {
    const { phases, owed, startedAt } = desk.told();
    const { decisions } = desk.status();
    const { runId, cloud, lockHost } = made.plan;
    const input = { runId, cloud, plan, digest, state, startedAt, phases, outcomes, decisions, owed, times };
    const summary = `${lockHost}: evidence and report (${state})`;
    last = last.then(async () => {
      try {
        desk.tell({ report: await activities.report.executeWithOptions({ summary }, [{ ...input, endedAt: now() }]) });
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        desk.tell({ sentence: `The report could not be written: ${sentenceOfFailure(error)}` });
      }
    });
  };
  return {
    write,
    finish: async (options) => {
      write(options);
      await last;
    },
  };
}
