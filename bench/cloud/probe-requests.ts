import { readFileSync, writeSync, openSync } from 'node:fs';
import { get } from 'node:http';
import { sampleLine, type Sample } from './downtime';

/** What the probe is told, as a file. */
export interface ProbeOrder {
  readonly perSecond: number;
  readonly timeoutMs: number;
  readonly outputFile: string;
  readonly targets: readonly { readonly api: string; readonly url: string; readonly headers: Record<string, string> }[];
}

/**
 * Sends a request to every API by the clock, whether or not earlier ones were answered, until it is ended: an API that hangs is
 * many failures, not few requests. A process of its own, so that no work of a contender delays the clock.
 */
function probe({ perSecond, timeoutMs, outputFile, targets }: ProbeOrder): void {
  const output = openSync(outputFile, 'a', 0o600);
  const write = (sample: Sample): void => void writeSync(output, sampleLine(sample));
  const everyMs = 1000 / perSecond;
  targets.forEach((target, index) => {
    // Spread over the time between two requests: all at once would wait for each other on a small machine.
    setTimeout(
      () => setInterval(() => ask({ ...target, timeoutMs, write }), everyMs),
      (everyMs * index) / targets.length,
    );
  });
}

function ask(
  options: ProbeOrder['targets'][number] & { readonly timeoutMs: number; readonly write: (sample: Sample) => void },
): void {
  const { api, url, headers, timeoutMs, write } = options;
  const askedAtMs = Date.now();
  let written = false;
  const end = (status: number): void => {
    if (written) return;
    written = true;
    write({ api, askedAtMs, status, tookMs: Date.now() - askedAtMs });
  };
  const request = get(url, { headers: { ...headers, Connection: 'close' }, agent: false }, (answer) => {
    answer.resume();
    answer.on('end', () => end(answer.statusCode ?? 0));
    answer.on('error', () => end(0));
  });
  // Of the whole request: a server that sends a byte now and then has not answered either.
  const patience = setTimeout(() => request.destroy(), timeoutMs);
  request.on('error', () => end(0));
  request.on('close', () => {
    clearTimeout(patience);
    end(0);
  });
}

probe(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ProbeOrder);
