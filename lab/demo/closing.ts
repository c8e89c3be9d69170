import type { Say } from '../machine/progress';

/** What was raised, to be put away in the opposite order, whatever happened in between. */
export interface Closing {
  readonly add: (title: string, putAway: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

/** One thing that cannot be put away does not keep the others from it. */
export function createClosing(options: { readonly say: Say }): Closing {
  const { say } = options;
  const open: { readonly title: string; readonly putAway: () => Promise<void> }[] = [];
  return {
    add: (title, putAway) => {
      open.push({ title, putAway });
    },
    close: async () => {
      for (let last = open.pop(); last !== undefined; last = open.pop()) {
        say(last.title);
        await last.putAway().catch((error: unknown) => {
          say(`that failed: ${error instanceof Error ? error.message : String(error)}`);
        });
      }
    },
  };
}

/**
 * Aborts on the first Ctrl-C or SIGTERM. The following ones do nothing: what is being put away must be let end. `keeps`: nothing is, as
 * things stand now.
 */
export function abortOnSignals(options: { readonly say: Say; readonly keeps: () => boolean }): AbortSignal {
  const controller = new AbortController();
  const heard = (): void => {
    const then = options.keeps() ? 'everything keeps running (--keep)' : 'cleaning up';
    options.say(controller.signal.aborted ? `still stopping; ${then}` : `stopping; ${then}`);
    controller.abort();
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return controller.signal;
}
