import type { ApiAvailability, Baseline } from '../schema/activities';
import type { Instant } from '../schema/names';
import { readSamples, type Sample } from './samples';

/** What the watch saw of one API, with what a person needs to judge the numbers. */
export interface ApiWatch extends ApiAvailability {
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Before `baselineEndsAt`: how the API was without us. Counted here and nowhere else. */
  readonly baseline: Baseline;
  /** Its very first request failed: it was down before the watch began. */
  readonly downFromStart: boolean;
  /** Its last request failed: the last outage has not ended, and is as long as the watch saw. */
  readonly downAtEnd: boolean;
  readonly slowestGoodMs: number;
  /** When nobody asked (the watch or its host was gone). Such time is neither up nor down. */
  readonly blind: readonly Interval[];
}

export interface Interval {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/**
 * Between two requests of one API lie at most 5.5 s: curl gives up after 5 and the loop sleeps a half. Three times
 * that is not a slow answer but a watch that did not look.
 */
const blindAfterMs = 16_500;

/**
 * Availability of every API of a watch, by name, from the text it wrote.
 *
 * An answer counts at the instant it arrived. An outage goes from the last good answer before a failed request to the
 * next good one, so a short one is over-estimated by at most the time between two requests and never under-estimated.
 * Source: R-HEAT-27, R-OPS-22, trap 53.
 */
export function availabilityOf(options: { text: string; baselineEndsAt: Instant | null }): {
  readonly apis: readonly ApiWatch[];
  readonly unreadLines: number;
} {
  const { samples, unreadLines } = readSamples(options.text);
  const baselineEndsAtMs = options.baselineEndsAt === null ? -Infinity : Date.parse(options.baselineEndsAt);
  const names = [...new Set(samples.map(({ api }) => api))].sort();
  const apis = names.map((api) =>
    watchOf({ api, samples: inOrder(samples.filter((sample) => sample.api === api)), baselineEndsAtMs }),
  );
  return { apis, unreadLines };
}

/** The part that crosses Temporal. */
export function briefly(watch: ApiWatch): ApiAvailability {
  const { api, requests, failures, longestGapMs, downtimeMs, outages, baseline } = watch;
  return { api, requests, failures, longestGapMs, downtimeMs, outages, baseline };
}

function inOrder(samples: readonly Sample[]): Sample[] {
  return [...samples].sort((a, b) => a.answeredAtMs - b.answeredAtMs);
}

function watchOf(options: { api: string; samples: readonly Sample[]; baselineEndsAtMs: number }): ApiWatch {
  const { api, samples, baselineEndsAtMs } = options;
  const before = samples.filter(({ askedAtMs }) => askedAtMs < baselineEndsAtMs);
  const counted = samples.filter(({ askedAtMs }) => askedAtMs >= baselineEndsAtMs);
  const gaps = clipped({ gaps: gapsOf(samples), fromMs: baselineEndsAtMs });
  const outages = gaps.filter(({ failures }) => failures > 0);
  return {
    api,
    requests: counted.length,
    failures: failuresOf(counted),
    longestGapMs: largest(gaps.map(lengthMs)),
    downtimeMs: outages.reduce((sum, gap) => sum + lengthMs(gap), 0),
    outages: outages.map(interval),
    firstAt: instant(samples.reduce((least, { askedAtMs }) => Math.min(least, askedAtMs), Infinity)),
    lastAt: instant(samples.at(-1)?.answeredAtMs ?? 0),
    // Of its own requests alone: an outage that the run began would else reach back into it.
    baseline: {
      requests: before.length,
      failures: failuresOf(before),
      longestGapMs: largest(gapsOf(before).map(lengthMs)),
    },
    downFromStart: samples[0]?.good === false,
    downAtEnd: samples.at(-1)?.good === false,
    slowestGoodMs: largest(counted.filter(({ good }) => good).map((one) => one.answeredAtMs - one.askedAtMs)),
    blind: blindOf(samples),
  };
}

interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests that failed in it. */
  readonly failures: number;
}

/** The time of the watch cut at every good answer; the pieces touch one another and leave nothing out. */
function gapsOf(samples: readonly Sample[]): Gap[] {
  const gaps: Gap[] = [];
  let fromMs = samples[0]?.askedAtMs ?? 0;
  let failures = 0;
  for (const { good, answeredAtMs } of samples) {
    if (!good) {
      failures += 1;
      continue;
    }
    gaps.push({ fromMs, toMs: answeredAtMs, failures });
    fromMs = answeredAtMs;
    failures = 0;
  }
  return failures === 0 ? gaps : [...gaps, { fromMs, toMs: samples.at(-1)?.answeredAtMs ?? fromMs, failures }];
}

function clipped(options: { gaps: readonly Gap[]; fromMs: number }): Gap[] {
  return options.gaps
    .filter(({ toMs }) => toMs > options.fromMs)
    .map((gap) => ({ ...gap, fromMs: Math.max(gap.fromMs, options.fromMs) }));
}

function blindOf(samples: readonly Sample[]): Interval[] {
  return samples.flatMap((sample, index) => {
    const previous = samples[index - 1];
    if (previous === undefined || sample.askedAtMs - previous.answeredAtMs < blindAfterMs) return [];
    return [{ fromAt: instant(previous.answeredAtMs), toAt: instant(sample.askedAtMs) }];
  });
}

/** Not Math.max(...numbers): a day's watch has more samples than a call may have arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, one) => Math.max(most, one), 0);
}

function failuresOf(samples: readonly Sample[]): number {
  return samples.filter(({ good }) => !good).length;
}

function lengthMs(gap: Gap): number {
  return gap.toMs - gap.fromMs;
}

function interval(gap: Gap): Interval {
  return { fromAt: instant(gap.fromMs), toAt: instant(gap.toMs) };
}

function instant(ms: number): Instant {
  return new Date(ms).toISOString();
}
