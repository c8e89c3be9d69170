import { inRotation } from '../../catalog/platform/haproxy';
import type { ServiceUnit } from '../../catalog/service';
import { type HostName, listed } from '../../schema/names';
import { scopeOn } from './part';
import { hostNames, hostOf, namesOf, type Scope, type ScopedService } from './scope';

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
  const together = scope.services.filter(({ service }) => service.units.some(stopsEverywhere));
  if (together.length > 0)
    return `every host of ${namesOf(together)} stops before the first one starts with the new code`;
  const missing = [lead, rest].flatMap((part) => notServing(part));
  return missing.length === 0 ? null : missing.join('; ');
}

/** What it has to do is one for all hosts, or one of it starts alone (R-CEIL-11, R-CEIL-12, B.11). */
function stopsEverywhere({ drained, provedAlone }: ServiceUnit): boolean {
  return drained !== undefined || provedAlone !== undefined;
}

/** An API of which no server of these hosts gets requests, or one of them that should is down: nobody waits for it in the middle of a run. */
function notServing(part: Scope): string[] {
  return part.services.flatMap(({ apis, hosts }) =>
    apis.flatMap(({ api, balanced }) => {
      const own = balanced.filter((server) => {
        const host = hostOf({ server, scope: part });
        return host !== null && hosts.includes(host) && inRotation(server);
      });
      const down = own.filter(({ up }) => !up).map(({ backend, server }) => `${backend}/${server}`);
      if (own.length === 0) return [`no server of ${api.name} on ${listed(hosts)} gets requests`];
      return down.length === 0 ? [] : [`${listed(down)} ${down.length === 1 ? 'is' : 'are'} down`];
    }),
  );
}
