import type { CloudFacts } from '../../catalog/facts';
import type { WorkRow } from '../../catalog/platform/mariadb';
import type { Rolling, Service } from '../../catalog/service';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

interface Work {
  readonly facts: CloudFacts;
  readonly service: Service;
  readonly rolling: Rolling;
}

/** Work that would never end, and work that a new engine would take from its owner (C.0 c, C.5). */
export function stuckFindings(options: Work): Finding[] {
  const { facts, service, rolling } = options;
  const { noun } = rolling.work;
  return facts.hosts.flatMap(({ host, database }) => {
    const stealable = database?.stealableWork[service.name] ?? [];
    return [
      ...acceptedByName({ ...options, facts: { ...facts, hosts: facts.hosts.filter((one) => one.host === host) } }),
      ...(stealable.length === 0
        ? []
        : [
            finding({
              what: `${noun}s-from-before-convergence`,
              level: 'blocker',
              host,
              text: `${stealable.map(sentence).join(', ')}: in progress, and from before convergence. An engine on another vhost would take it from its live owner and call it FAILED.`,
              remedy: 'Wait until it ends, and let nobody start another one during the upgrade.',
              sources: ['R-HEAT-17', 'fact 2', 'trap 2'],
            }),
          ]),
    ];
  });
}

/** In every kind of run: a stack that nobody works on would be waited for in vain. */
export function acceptedByName({ facts, service, rolling }: Work): Finding[] {
  return facts.hosts.flatMap(({ host, database }) =>
    (database?.stuckWork[service.name] ?? []).map((row) =>
      finding({
        what: `stuck-${row.id}`,
        level: 'warning',
        host,
        text: `${sentence(row)} is in progress and nobody works on it any more. Accepted, the run does not wait for it, and it stays as it is.`,
        remedy: `Fix it first: ${rolling.work.repair.replaceAll('<id>', row.id)}`,
        sources: ['R-HEAT-24', 'C.5', 'fact 11'],
      }),
    ),
  );
}

function sentence({ name, action, since }: WorkRow): string {
  return `${name} (${action} since ${since})`;
}
