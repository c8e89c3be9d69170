import { createFrameReader, FrameError } from './frame-reader';
import { parseStatus, type JobStatus } from './job-status';
import type { JobView } from './job-view';
import type { RootShell, RootWords } from './root-shell';
import { OutputLimitError, TransportError } from '../ssh/transport';

/** How one conversation with the host ended. */
export type Turn =
  | { readonly kind: 'answered'; readonly status: JobStatus }
  | { readonly kind: 'overtime'; readonly status: JobStatus }
  | { readonly kind: 'lost'; readonly error: TransportError }
  /** The program ended without an answer, or the answer is not ours: it is missing, was killed, or sudo refused. */
  | { readonly kind: 'garbled'; readonly text: string };

/** A conversation ends itself after this time, so that a sixth follower of a host gets its channel. */
export const TURN_SECONDS = 30;
/** The host says something twice a second. Keepalive finds a dead link; this finds a live link to a stuck host. */
const SILENCE_SECONDS = 45;

/** Sends one command that answers in frames, and feeds the view. Rejects with SudoRefused, and with what the sink throws. */
export async function takeTurn(options: {
  readonly root: RootShell;
  readonly host: string;
  readonly words: RootWords;
  readonly stdin?: string;
  readonly view: JobView;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly onContact: () => void;
}): Promise<Turn> {
  const { view } = options;
  const end = new AbortController();
  const stop = (): void => end.abort();
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  const watchdog = startWatchdog({ seconds: SILENCE_SECONDS, bark: stop });

  const heard: { turn: Turn | null } = { turn: null };
  const reader = createFrameReader({
    onBytes: view.takeBytes,
    onLine: ({ mark, text }) => {
      const status = parseStatus(text);
      if (!status) throw new FrameError(`Not a job status: ${JSON.stringify(text.slice(0, 200))}`);
      view.takeStatus(status);
      options.onContact();
      if (mark !== 'H') heard.turn = { kind: 'answered', status };
      if (mark !== 'X' && (status.elapsedMs ?? 0) > options.timeoutSeconds * 1000) {
        heard.turn = { kind: 'overtime', status };
        stop();
      }
    },
  });

  try {
    const { exitCode, stderr } = await options.root.exec({
      host: options.host,
      words: options.words,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      signal: end.signal,
      deadlineSeconds: TURN_SECONDS + 2 * SILENCE_SECONDS,
      onStdout: (chunk) => {
        watchdog.restart();
        if (heard.turn?.kind !== 'overtime') reader.push(chunk);
      },
    });
    const said = stderr.trim().slice(-500) || 'no message';
    return heard.turn ?? { kind: 'garbled', text: `exit code ${String(exitCode)}: ${said}` };
  } catch (error) {
    if (heard.turn !== null) return heard.turn;
    if (error instanceof TransportError) return { kind: 'lost', error };
    if (error instanceof FrameError || error instanceof OutputLimitError)
      return { kind: 'garbled', text: error.message };
    throw error;
  } finally {
    watchdog.dispose();
    options.signal.removeEventListener('abort', stop);
  }
}

function startWatchdog(options: { readonly seconds: number; readonly bark: () => void }): {
  readonly restart: () => void;
  readonly dispose: () => void;
} {
  const timer = setTimeout(options.bark, options.seconds * 1000);
  return { restart: () => void timer.refresh(), dispose: () => clearTimeout(timer) };
}
