import pc from 'picocolors';
import { clock } from '../report/durations';
import type { Gate } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { eventText } from './event-text';
import { looksAt, type LookOptions } from './looks';
import { eventsBetween } from './run-events';
import { statusRows, type Row } from './rows';
import { createRedraw, paintRows, type Screen } from './screen';
import type { UpgradeClient } from './upgrade-client';
import type { UpgradeError } from './upgrade-error';
import { answersAgain, waitingFor } from './waiting-for';

/**
 * Follows a run until it has ended: redrawn in place on a terminal, one line an event elsewhere. While worker or server
 * are away it says so and waits; the run itself waits as well.
 *
 * @param onGate called once for every gate when it opens; while it is being answered nothing is drawn
 * @returns the last status seen, null when none was
 */
export async function followRun(
  options: {
    upgrade: Pick<UpgradeClient, 'status' | 'isOpen'>;
    workflowId: string;
    screen: Screen;
    onGate?: (gate: Gate) => Promise<void>;
  } & LookOptions,
): Promise<RunStatus | null> {
  const { upgrade, workflowId, screen, onGate } = options;
  const show = createShow({ workflowId, screen });
  const asked = new Set<string>();
  const asks = { status: () => upgrade.status(workflowId), isOpen: () => upgrade.isOpen(workflowId) };
  let last: RunStatus | null = null;
  for await (const look of looksAt({ ...options, asks })) {
    if (look.kind === 'away') {
      show.away(look.error);
      continue;
    }
    show.status(look.status);
    last = look.status;
    // One at a time: while a person answered, others may have answered the rest. A terminated run still shows gates.
    const gate = look.open ? last.gates.find(({ code }) => !asked.has(code)) : undefined;
    if (gate === undefined || onGate === undefined) continue;
    asked.add(gate.code);
    show.rest();
    await onGate(gate);
  }
  show.rest();
  return last;
}

interface Show {
  readonly status: (status: RunStatus) => void;
  readonly away: (error: UpgradeError) => void;
  readonly rest: () => void;
}

function createShow(options: { workflowId: string; screen: Screen }): Show {
  return options.screen.isTTY === true ? drawn(options) : listed(options);
}

function drawn(options: { workflowId: string; screen: Screen }): Show {
  const { workflowId, screen } = options;
  const redraw = createRedraw(screen);
  let rows: readonly Row[] = [];
  const draw = (drawn: readonly Row[]): void => {
    redraw.draw(paintRows({ rows: drawn, width: screen.columns ?? 100, colors: pc }));
  };
  return {
    status: (status) => {
      rows = statusRows({ status, workflowId, now: new Date().toISOString() });
      draw(rows);
    },
    away: (error) => {
      // On top: a small screen cuts the end. The last known rows stay; they are what the run was doing.
      draw([{ tone: 'bad', text: `! ${waitingFor(error)}` }, ...rows]);
    },
    rest: redraw.keep,
  };
}

function listed(options: { workflowId: string; screen: Screen }): Show {
  const { workflowId, screen } = options;
  let before: RunStatus | null = null;
  let away: UpgradeError | null = null;
  const line = (text: string): void => {
    screen.write(`${clock(new Date().toISOString())} ${text}\n`);
  };
  return {
    status: (after) => {
      if (away !== null) line(answersAgain);
      away = null;
      for (const event of eventsBetween({ before, after })) {
        eventText({ event, cloud: after.cloud, workflowId }).forEach(line);
      }
      before = after;
    },
    away: (error) => {
      if (error.code !== away?.code) line(waitingFor(error));
      away = error;
    },
    rest: () => undefined,
  };
}
