import { type GrowthMoment, memoryLooked, queuesLooked } from '../commands/growth';
import { placesOf, type Scope, type ScopedService } from '../scope/scope';
import { batch, type Lane, onBroker, sideBySide } from './phase';

/** Queues and memory of a service of agents, at one of the two moments (R-CEIL-26, R-CEIL-27). */
export function growthLanes({ scope, moment }: { scope: Scope; moment: GrowthMoment }): Lane[] {
  return scope.services.flatMap((scoped): Lane[] => {
    const { name, title, publishing } = scoped.service;
    if (publishing === undefined) return [];
    const look = { service: name, moment };
    const queues = queuesLooked({ ...look, title, queues: publishing.queues });
    return [
      { lane: `queues ${moment}`, batches: [onBroker({ scope, steps: [queues] })] },
      {
        lane: `memory ${moment}`,
        batches: sideBySide(
          scoped.hosts.map((host) => {
            const units = agentsOn({ scoped, host });
            return batch({ hosts: [host], steps: units.length === 0 ? [] : [memoryLooked({ ...look, units })] });
          }),
        ),
      },
    ];
  });
}

/** Those that systemd runs: what a site of Apache needs is Apache's. */
function agentsOn({ scoped, host }: { scoped: ScopedService; host: string }): string[] {
  return scoped.service.units
    .filter(({ provedAlone }) => provedAlone !== undefined)
    .map(({ name }) => name)
    .filter((unit) => placesOf({ scoped, unit }).some(({ hosts, site }) => site === null && hosts.includes(host)));
}
