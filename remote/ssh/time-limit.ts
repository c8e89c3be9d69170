/** A caller's signal and a deadline as one signal, which can tell afterwards which of the two it was. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly reason: () => 'aborted' | 'deadline';
  /** Must be called when the work is over: it frees the timer and the listener on the caller's signal. */
  readonly dispose: () => void;
}

/** By hand instead of AbortSignal.any, which on Node 20 keeps every combined signal alive as long as its sources. */
export function startTimeLimit(options: { readonly seconds: number; readonly signal?: AbortSignal }): TimeLimit {
  const controller = new AbortController();
  let reason: 'aborted' | 'deadline' = 'deadline';
  const abort = (): void => {
    reason = 'aborted';
    controller.abort();
  };
  const timer = setTimeout(() => controller.abort(), options.seconds * 1000);
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  return {
    signal: controller.signal,
    reason: () => reason,
    dispose: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    },
  };
}

/** Resolves after the time, or at once when the signal fires. Never rejects: look at the signal. */
export function pause(options: { readonly seconds: number; readonly signal?: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const limit = startTimeLimit(options);
    const end = (): void => {
      limit.dispose();
      resolve();
    };
    if (limit.signal.aborted) end();
    else limit.signal.addEventListener('abort', end, { once: true });
  });
}
