/** Lets a few through at a time, in the order they came. */
export interface Turnstile {
  /** Resolves with the function that gives the place back; rejects with the signal's reason when it fires first. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createTurnstile(options: { readonly places: number }): Turnstile {
  let free = options.places;
  const waiting: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const once = (act: () => void): (() => void) => {
    let done = false;
    return () => {
      if (done) return;
      done = true;
      act();
    };
  };

  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        if (free > 0) {
          free -= 1;
          resolve(once(leave));
          return;
        }
        const comeIn = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(once(leave));
        };
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(comeIn), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(comeIn);
      });
    },
  };
}
