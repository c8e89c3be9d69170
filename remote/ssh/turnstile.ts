/** Lets a few through at a time, in the order they came. */
export interface Turnstile {
  /** Resolves with the function that gives the place back; rejects with the signal's reason when it fires first. */
  enter(signal: AbortSignal): Promise<() => void>;
  readonly inside: () => number;
  /** Lets at most this many through from now on. Who is inside stays; one place always remains. */
  narrow(places: number): void;
}

export function createTurnstile(options: { readonly places: number }): Turnstile {
  let places = options.places;
  let inside = 0;
  const waiting: (() => void)[] = [];

  const takePlace = (): (() => void) => {
    inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      if (inside < places) waiting.shift()?.();
    };
  };

  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        if (inside < places) {
          resolve(takePlace());
          return;
        }
        const comeIn = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve(takePlace());
        };
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(comeIn), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(comeIn);
      });
    },
    inside: () => inside,
    narrow: (wanted) => {
      places = Math.max(1, Math.min(places, wanted));
    },
  };
}
