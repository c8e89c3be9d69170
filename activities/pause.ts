import { detached } from './step-run';

/** Rejects with the caller's own reason when its signal comes. */
export async function pauseFor(options: { seconds: number; signal: AbortSignal }): Promise<void> {
  const { seconds, signal } = options;
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(detached(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
