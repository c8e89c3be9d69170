/** One request of the probe: when it was sent, and what came of it. */
export interface Sample {
  readonly api: string;
  readonly askedAtMs: number;
  /** HTTP status; 0 when no answer came in time. */
  readonly status: number;
  readonly tookMs: number;
}

export interface ApiDowntime {
  readonly api: string;
  readonly requests: number;
  readonly failures: number;
  readonly downSeconds: number;
  readonly outages: readonly { readonly fromAtMs: number; readonly seconds: number }[];
  readonly slowestGoodSeconds: number;
  /** The longest time in which the probe sent nothing to this API. */
  readonly longestBlindSeconds: number;
  /** It failed before anything was done to the cloud, or still fails at the end: then downtime says nothing. */
  readonly goodAtBothEnds: boolean;
}

/** `<asked at, ms>\t<api>\t<status>\t<ms>`. A line that a killed probe left half-written is no sample. */
export function readSamples(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    const found = /^(\d+)\t([a-z-]+)\t(\d+)\t(\d+)$/.exec(line);
    if (found === null) return [];
    const [, asked, api = '', status, took] = found;
    return [{ api, askedAtMs: Number(asked), status: Number(status), tookMs: Number(took) }];
  });
}

export function sampleLine({ askedAtMs, api, status, tookMs }: Sample): string {
  return `${askedAtMs}\t${api}\t${status}\t${tookMs}\n`;
}

/**
 * How long each API did not answer, by name. A failed request stands for the time until the next one was sent, so that the sum is
 * as often too long as too short, by less than the time between two requests at each end of an outage.
 */
export function downtimeByApi(samples: readonly Sample[]): readonly ApiDowntime[] {
  const apis = [...new Set(samples.map(({ api }) => api))].sort();
  return apis.map((api) => downtimeOf({ api, samples: samples.filter((sample) => sample.api === api) }));
}

function downtimeOf(options: { readonly api: string; readonly samples: readonly Sample[] }): ApiDowntime {
  // By when they were sent: a request that hung is written after later ones.
  const samples = [...options.samples].sort((a, b) => a.askedAtMs - b.askedAtMs);
  const outages: { fromAtMs: number; seconds: number }[] = [];
  let downSince: number | null = null;
  for (const sample of samples) {
    if (!isGood(sample)) downSince ??= sample.askedAtMs;
    else if (downSince !== null) {
      outages.push({ fromAtMs: downSince, seconds: (sample.askedAtMs - downSince) / 1000 });
      downSince = null;
    }
  }
  const good = samples.filter(isGood);
  const pauses = samples.slice(1).map(({ askedAtMs }, index) => askedAtMs - (samples[index]?.askedAtMs ?? askedAtMs));
  return {
    api: options.api,
    requests: samples.length,
    failures: samples.length - good.length,
    downSeconds: outages.reduce((sum, { seconds }) => sum + seconds, 0),
    outages,
    slowestGoodSeconds: largest(good.map(({ tookMs }) => tookMs)) / 1000,
    longestBlindSeconds: largest(pauses) / 1000,
    goodAtBothEnds: [samples[0], samples.at(-1)].every((sample) => sample !== undefined && isGood(sample)),
  };
}

function isGood({ status }: Sample): boolean {
  return status === 200;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
