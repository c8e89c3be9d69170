import { BenchError } from './bench-error';

/** Fires when somebody wants the benchmark to stop: it then puts away what it started. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Stays in place: a second Ctrl-C must not end the putting away.
    process.on(name, () => stop.abort(new BenchError(`Stopped by ${name}; nothing of the benchmark runs any more.`)));
  }
  return stop.signal;
}
