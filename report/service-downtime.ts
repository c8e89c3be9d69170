import type { Baseline } from '../schema/activities';
import type { ServiceName } from '../schema/names';
import type { ApiWatch } from './availability';

/** Downtime of a service: that of its API that was away longest. */
export interface ServiceDowntime {
  readonly service: ServiceName;
  readonly apis: readonly string[];
  readonly requests: number;
  readonly failures: number;
  readonly downtimeMs: number;
  readonly longestGapMs: number;
  readonly baseline: Baseline;
}

/** An API belongs to the service whose name it bears: `heat-api-cfn` to `heat`. Others stand for themselves. */
export function serviceDowntimes(options: {
  services: readonly ServiceName[];
  apis: readonly ApiWatch[];
}): ServiceDowntime[] {
  const { services, apis } = options;
  const owners = apis.map(({ api }) => ownerOf({ api, services }));
  return [...new Set([...services, ...owners])].flatMap((service) => {
    const own = apis.filter((_, index) => owners[index] === service);
    return own.length === 0 ? [] : [downtimeOf({ service, apis: own })];
  });
}

function ownerOf(options: { api: string; services: readonly string[] }): string {
  const { api, services } = options;
  const owners = services.filter((service) => api === service || api.startsWith(`${service}-`));
  return owners.sort((a, b) => b.length - a.length)[0] ?? api;
}

function downtimeOf(options: { service: string; apis: readonly ApiWatch[] }): ServiceDowntime {
  const { service, apis } = options;
  const sum = (of: (api: ApiWatch) => number): number => apis.reduce((total, api) => total + of(api), 0);
  const most = (of: (api: ApiWatch) => number): number => Math.max(...apis.map(of));
  return {
    service,
    apis: apis.map(({ api }) => api),
    requests: sum((api) => api.requests),
    failures: sum((api) => api.failures),
    downtimeMs: most((api) => api.downtimeMs),
    longestGapMs: most((api) => api.longestGapMs),
    baseline: {
      requests: sum((api) => api.baseline.requests),
      failures: sum((api) => api.baseline.failures),
      longestGapMs: most((api) => api.baseline.longestGapMs),
    },
  };
}
