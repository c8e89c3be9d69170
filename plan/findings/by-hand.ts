import type { Finding, Phase } from '../../schema/plan';
import type { Scope } from '../scope/scope';
import { finding } from './finding';

/** What people have to do in the middle of the run, and what nobody watches: known before somebody approves at night. */
export function byHandFindings(options: { scope: Scope; phases: readonly Phase[] }): Finding[] {
  const { scope, phases } = options;
  const titles = phases.flatMap(({ batches }) =>
    batches.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'confirm').map(({ title }) => title)),
  );
  return [...asked(titles), ...(phases.length === 0 ? [] : unwatched(scope))];
}

function asked(titles: readonly string[]): Finding[] {
  if (titles.length === 0) return [];
  return [
    finding({
      what: 'done-by-hand',
      level: 'warning',
      text: `A person is asked ${times(titles.length)} to move requests, because the load balancer is not HAProxy: ${titles.join('; ')}. They are asked again during a rollback.`,
      remedy: 'Have somebody at hand who can change and read the load balancer during the run.',
      sources: ['R-HEAT-9'],
    }),
  ];
}

/** An API that HAProxy has no server for has a warning of its own. */
function unwatched({ services, cloud }: Scope): Finding[] {
  const byPeople = cloud.loadBalancer.kind === 'other';
  return services.flatMap(({ apis }) =>
    apis
      .filter(({ listeners, endpoints }) => listeners.length === 0 && endpoints.length > 0)
      .filter(({ balanced }) => byPeople || balanced.length > 0)
      .map(({ api: { name } }) =>
        finding({
          what: `not-watched-${name}`,
          level: 'warning',
          text: `Where users reach ${name} is not known: its availability is not measured, and nothing checks that it answers there.`,
          remedy: byPeople
            ? `loadBalancer: { kind: other, frontends: { ${name}: "https://cloud.example:PORT" } } in the cloud file.`
            : `Give ${name} a front end with an address and a port in its bind line and a default_backend of its own; or accept, and watch it by your own means.`,
          sources: ['R-HEAT-27'],
        }),
      ),
  );
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
