import { setTimeout as pause } from 'node:timers/promises';
import pc from 'picocolors';
import { clock } from '../report/durations';
import type { Gate } from '../schema/decision';
import type { RunStatus } from '../schema/status';
import { eventText } from './event-text';
import { eventsBetween } from './run-events';
import { UpgradeError } from './upgrade-error';
import { statusRows } from './rows';
import { createRedraw, paintRows, type Screen } from './screen';
import type { UpgradeClient } from './upgrade-client';

/**
 * Follows a run until it has ended: redrawn in place on a terminal, one line an event elsewhere. A worker or server
 * that is away for a while is said and waited for; the run itself waits as well.
 *
 * @param onGate called once for every gate when it opens; while it is being answered nothing is drawn
 * @returns the last status seen, null when none was
 */
export async function followRun(options: {
  upgrade: Pick<UpgradeClient, 'status' | 'isOpen'>;
  workflowId: string;
  screen: Screen;
  signal?: AbortSignal;
  everySeconds?: number;
  onGate?: (gate: Gate) => Promise<void>;
}): Promise<RunStatus | null> {
  const { upgrade, workflowId, screen, signal, everySeconds = 1, onGate } = options;
  const show = createShow({ workflowId, screen });
  const asked = new Set<string>();
  let last: RunStatus | null = null;
  while (signal?.aborted !== true) {
    // Asked first: a run that ends between the two questions is looked at once more, and its last status is shown.
    const open = await tolerant({ ask: () => upgrade.isOpen(workflowId), say: show.say });
    const status = await tolerant({ ask: () => upgrade.status(workflowId), say: show.say });
    if (status !== null) {
      show.status(status);
      last = status;
      const gate = status.gates.find(({ code }) => !asked.has(code));
      if (gate !== undefined && onGate !== undefined && open === true) {
        asked.add(gate.code);
        show.rest();
        await onGate(gate);
        continue;
      }
    }
    if (open === false) break;
    await pause(everySeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
  show.rest();
  return last;
}

/** What an operator can wait for is said once and is no end; anything else is a bug and ends the watching. */
async function tolerant<T>(options: { ask: () => Promise<T>; say: (sentence: string) => void }): Promise<T | null> {
  try {
    return await options.ask();
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    options.say(error.message);
    return null;
  }
}

interface Show {
  readonly status: (status: RunStatus) => void;
  readonly say: (sentence: string) => void;
  readonly rest: () => void;
}

function createShow(options: { workflowId: string; screen: Screen }): Show {
  return options.screen.isTTY === true ? drawn(options) : listed(options);
}

function drawn(options: { workflowId: string; screen: Screen }): Show {
  const { workflowId, screen } = options;
  const redraw = createRedraw(screen);
  const width = (): number => screen.columns ?? 100;
  let rows: ReturnType<typeof statusRows> = [];
  const draw = (): void => {
    redraw.draw(paintRows({ rows, width: width(), colors: pc }));
  };
  return {
    status: (status) => {
      rows = statusRows({ status, workflowId, now: new Date().toISOString() });
      draw();
    },
    say: (sentence) => {
      rows = [
        ...rows.filter(({ tone, text }) => tone !== 'bad' || !text.startsWith('! ')),
        { tone: 'bad', text: `! ${sentence}` },
      ];
      draw();
    },
    rest: redraw.keep,
  };
}

function listed(options: { workflowId: string; screen: Screen }): Show {
  const { workflowId, screen } = options;
  let before: RunStatus | null = null;
  let said = '';
  const line = (text: string): void => {
    screen.write(`${clock(new Date().toISOString())} ${text}\n`);
  };
  return {
    status: (after) => {
      for (const event of eventsBetween({ before, after })) {
        eventText({ event, cloud: after.cloud, workflowId }).forEach(line);
      }
      before = after;
      said = '';
    },
    say: (sentence) => {
      if (sentence !== said) line(sentence);
      said = sentence;
    },
    rest: () => undefined,
  };
}
