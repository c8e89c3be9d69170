import type { PlanKind } from '../schema/names';

/**
 * A run's id, made to be read aloud: `cedar.heat.full.bobcat`, `cedar.all.full.bobcat` when no service was named.
 * The order in which services were typed does not matter, so that the same wish has the same id.
 */
export function workflowId(options: {
  cloud: string;
  services?: readonly string[] | undefined;
  kind: PlanKind | 'preflight' | 'partial-preflight' | 'finish';
  to?: string;
}): string {
  const { cloud, services, kind, to } = options;
  if (kind === 'finish' || kind === 'rollback') return `${cloud}.${kind}`;
  const which = services === undefined ? 'all' : [...new Set(services)].sort().join('+');
  return [cloud, which, kind, ...(to === undefined ? [] : [to])].join('.');
}
