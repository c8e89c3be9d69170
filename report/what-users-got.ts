import { inWords } from './durations';
import type { ApiWatch } from './availability';

/** Requests, failures and the longest gap over all APIs, beside the same from before anything was altered (trap 53). */
export function whatUsersGot(
  apis: readonly Pick<ApiWatch, 'requests' | 'failures' | 'longestGapMs' | 'baseline'>[],
): string | null {
  if (apis.length === 0) return null;
  const sum = (of: (api: (typeof apis)[number]) => number): number => apis.reduce((total, api) => total + of(api), 0);
  const most = (of: (api: (typeof apis)[number]) => number): string => inWords(Math.max(...apis.map(of)));
  const asked = sum(({ baseline }) => baseline.requests);
  const during =
    `${sum(({ failures }) => failures)} of ${sum(({ requests }) => requests)} API requests failed, ` +
    `longest gap ${most(({ longestGapMs }) => longestGapMs)}`;
  if (asked === 0) return `${during}.`;
  const before = `${sum(({ baseline }) => baseline.failures)} of ${asked}, ${most(({ baseline }) => baseline.longestGapMs)}`;
  return `${during}; before any change ${before}.`;
}
