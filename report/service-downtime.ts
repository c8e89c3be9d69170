import type { Baseline } from '../schema/activities';
import type { ServiceName } from '../schema/names';
import type { PlannedService } from '../schema/plan';
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

/** An API that none of the services owns stands for itself. */
export function serviceDowntimes(options: {
  services: readonly PlannedService[];
  apis: readonly ApiWatch[];
}): ServiceDowntime[] {
  const { services, apis } = options;
  const owners = apis.map(({ api }) => services.find((one) => one.apis.includes(api))?.name ?? api);
  return [...new Set([...services.map(({ name }) => name), ...owners])].flatMap((service) => {
    const own = apis.filter((_, index) => owners[index] === service);
    return own.length === 0 ? [] : [downtimeOf({ service, apis: own })];
  });
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
