import { type HostName, listed } from '../../schema/names';
import { scopeOn } from './part';
import { hostNames, hostOf, type Scope, type ScopedService } from './scope';

/** The hosts that get the new code while the rest serve, and then serve alone while the rest get it. */
export interface Staged {
  readonly scope: Scope;
  readonly lead: Scope;
  readonly rest: Scope;
}

/** Of each unit the first host, as few hosts as possible; a sentence where a part of the cloud could not serve alone. */
export function stagedOf(scope: Scope): Staged | { readonly why: string } {
  const hosts = leadHosts(scope.services);
  const others = hostNames(scope).filter((host) => !hosts.includes(host));
  const staged = { scope, lead: scopeOn({ scope, hosts }), rest: scopeOn({ scope, hosts: others }) };
  const why = whyNot(staged);
  return why === null ? staged : { why };
}

function leadHosts(services: readonly ScopedService[]): readonly HostName[] {
  return services
    .flatMap(({ service, unitHosts }) => service.units.map(({ name }) => unitHosts[name] ?? []))
    .reduce<readonly HostName[]>((lead, hosts) => {
      const [first] = hosts;
      return first === undefined || hosts.some((host) => lead.includes(host)) ? lead : [...lead, first];
    }, []);
}

function whyNot({ scope, lead, rest }: Staged): string | null {
  if (scope.cloud.loadBalancer.kind === 'other')
    return 'people move the servers of the load balancer, and the APIs would be closed for as long as they take';
  const alone = scope.services.flatMap(({ service, unitHosts }) =>
    service.units.map(({ name }) => name).filter((name) => unitHosts[name]?.length === 1),
  );
  if (alone.length > 0) return `${listed(alone)} ${alone.length === 1 ? 'runs' : 'run'} on one host alone`;
  const missing = [lead, rest].flatMap((part) => notServing(part));
  return missing.length === 0 ? null : missing.join('; ');
}

/** An API of which no server of these hosts is in rotation. */
function notServing(part: Scope): string[] {
  return part.services.flatMap(({ apis, hosts }) =>
    apis
      .filter(({ balanced }) =>
        balanced.every((server) => {
          const host = hostOf({ server, scope: part });
          return server.administration !== 'ready' || host === null || !hosts.includes(host);
        }),
      )
      .map(({ api }) => `no server of ${api.name} on ${listed(hosts)} is in rotation`),
  );
}
