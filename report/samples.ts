/** One answer of one API to the watch on the load balancer's host. */
export interface Sample {
  readonly api: string;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly good: boolean;
}

/** 200: serves. 300: Keystone's and Heat's list of versions, which an API answers at `/` when all is well. */
const goodCodes = ['200', '300'];

/** Instant in ms, API, HTTP code (000: no answer at all), duration in ms (negative when the clock was set back). */
const line = /^(\d{12,14})\t([^\t]+)\t(\d{3})\t(-?\d{1,9})$/;

/**
 * Reads what the watch wrote (`availability.tsv`). A last line without its end of line is still being written and is
 * left out; other lines that make no sense (a full disk tore them) are counted, so that the report can say so.
 */
export function readSamples(text: string): { readonly samples: readonly Sample[]; readonly unreadLines: number } {
  const complete = text.split('\n').slice(0, -1);
  const samples = complete.flatMap((one) => readLine(one) ?? []);
  return { samples, unreadLines: complete.length - samples.length };
}

function readLine(text: string): Sample | undefined {
  const [, at, api, code, ms] = line.exec(text) ?? [];
  if (at === undefined || api === undefined || code === undefined || ms === undefined) return undefined;
  const askedAtMs = Number(at);
  return { api, askedAtMs, answeredAtMs: askedAtMs + Math.max(0, Number(ms)), good: goodCodes.includes(code) };
}
