import { send, type Session } from './session';

export interface RequestCount {
  readonly requests: number;
  /** When, and what came instead of an answer: `2026-11-21T03:04:05.678Z 503`. */
  readonly failures: readonly string[];
  readonly longestMs: number;
}

/** Sends a GET by the clock until it is stopped. */
export function startRequests(options: {
  readonly session: Session;
  readonly url: string;
  readonly perSecond: number;
}): { readonly seen: () => RequestCount; readonly stop: () => Promise<void> } {
  const { session, url, perSecond } = options;
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let requests = 0;
  let longestMs = 0;
  const one = async (): Promise<void> => {
    const at = new Date();
    const answer = await send({ session, method: 'GET', url });
    longestMs = Math.max(longestMs, Date.now() - at.getTime());
    if ('failed' in answer) failures.push(`${at.toISOString()} ${answer.failed}`);
    else if (answer.status !== 200) failures.push(`${at.toISOString()} ${String(answer.status)}`);
  };
  const timer = setInterval(() => {
    requests++;
    const sent = one().finally(() => open.delete(sent));
    open.add(sent);
  }, 1000 / perSecond);
  return {
    seen: () => ({ requests, failures: [...failures], longestMs }),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}
