import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { reachedEarly } from '../blocks/open';
import type { Scope, ScopedService } from '../scope/scope';
import { finding } from './finding';

/** Services that users reach before the gate, because others need them and nothing tells users and services apart (R-OPS-56). */
export function openEarlyFindings({ scope }: { scope: Scope }): Finding[] {
  return reachedEarly(scope).map((scoped) => {
    const { service } = scoped;
    const needing = scope.services.filter((other) => other.service.needs.includes(service.name));
    return finding({
      what: `opens-early-${service.name}`,
      level: 'note',
      text:
        `${service.title} serves from its start on, because ${listed(needing.map((other) => other.service.title))} ${needing.length === 1 ? 'needs' : 'need'} it. ` +
        `${whyReached(scoped)} What users write there before the last gate is lost if the databases are restored.`,
      remedy: `Give the public and the internal endpoint of ${service.title} front ends of their own in HAProxy, or tell users when the upgrade is.`,
      sources: ['R-OPS-56'],
    });
  });
}

function whyReached({ apis }: ScopedService): string {
  const fronts = apis.flatMap((api) => api.fronts);
  const both = fronts.flatMap(({ frontend, faces }) => (faces === 'both' ? [frontend] : []));
  if (both.length > 0) return `Users and other services come in through the same front end (${listed(both)}).`;
  const unknown = fronts.flatMap(({ frontend, faces }) => (faces === 'unknown' ? [frontend] : []));
  if (unknown.length > 0)
    return `Who comes in through ${listed(unknown)} is not known: no endpoint in Keystone's catalogue leads there.`;
  return 'The load balancer does not tell users and other services apart.';
}
