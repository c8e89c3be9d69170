import type { ApiAvailability } from '../schema/activities';
import type { Decision } from '../schema/decision';
import type { RunResult } from '../schema/status';
import type { Desk } from './desk/desk';
import { endCancelled } from './cancellation';
import { nameOf } from './desk/gates';

/**
 * The last word of a run, on its page and as its result: made to be read beside the input in the UI.
 * @throws CancelledFailure when the run was cancelled, so that Temporal says so too
 */
export function conclude(options: {
  desk: Desk;
  state: RunResult['state'] | 'cancelled';
  sentence: string;
}): RunResult {
  const { desk, state, sentence } = options;
  desk.tell({ stage: state, sentence });
  if (state === 'cancelled') return endCancelled(sentence);
  const { cloud, from, to, owed, report } = desk.told();
  const remains = desk.status().remains;
  return {
    state,
    sentence,
    cloud,
    from,
    to,
    versions: report?.versions ?? [],
    availability: report?.availability.map(availabilityLine) ?? [],
    outages: report?.outages ?? [],
    report: report === null ? null : { host: report.host, json: report.json, html: report.html },
    decisions: desk.status().decisions.map(decisionLine),
    owed,
    ...(remains === undefined ? {} : { remains }),
  };
}

function availabilityLine({ api, requests, failures, longestGapMs, downtimeMs, baseline }: ApiAvailability): string {
  const down = failures === 0 ? '' : `, down ${seconds(downtimeMs)}`;
  const gap = `longest gap ${seconds(longestGapMs)}`;
  return `${api}: ${String(failures)} of ${String(requests)} requests failed${down}, ${gap}${beforeIt(baseline)}`;
}

function beforeIt(baseline: ApiAvailability['baseline']): string {
  if (baseline === undefined || baseline.requests === 0) return '';
  const { requests, failures, longestGapMs } = baseline;
  return `; before any change ${String(failures)} of ${String(requests)}, longest gap ${seconds(longestGapMs)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function decisionLine({ at, by, choice, about, reason, gate, via }: Decision): string {
  const why = reason === '' ? '' : ` (${reason})`;
  const how = gate === 'none' ? '' : `, gate ${gate}`;
  return `${at} ${by}: ${choice} for ${nameOf(about)}${why}${how}, ${via}`;
}
