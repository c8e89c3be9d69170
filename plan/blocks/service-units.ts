import type { ServiceUnit } from '../../catalog/service';
import type { RuleId } from '../../catalog/rules';
import type { Batch } from '../../schema/plan';
import { probe } from '../change';
import { closeSite, openSite } from '../commands/apache';
import { closeUnit, startUnit } from '../commands/systemd';
import { placesOf, type ScopedService } from '../scope/scope';
import { batch } from './phase';

/** One unit, or the site that it is, on every host that has it; its host waits until it does its work. */
export function startOnHosts(options: {
  scoped: ScopedService;
  unit: ServiceUnit;
  label: string;
  requirements: readonly RuleId[];
}): Batch[] {
  const { scoped, unit, label, requirements } = options;
  const { name, ready } = unit;
  const step = { id: `${label}/start-${name}`, unit: name, requirements };
  return placesOf({ scoped, unit: name }).map(({ hosts, site }) =>
    batch({
      hosts,
      steps: [
        site === null ? startUnit(step) : openSite({ ...step, site }),
        ...(ready === null
          ? []
          : [
              probe({
                id: `${label}/ready-${name}`,
                title: `${name} does its work`,
                script: ready,
                retryForSeconds: 180,
                remedy: 'read its journal: database, RabbitMQ or configuration keep it from working.',
                requirements: ['R-OPS-43'],
              }),
            ]),
      ],
    }),
  );
}

/**
 * Every unit on the hosts that have it, in stop order. Units that are on the same hosts stop one after the other on each host by
 * itself; where engines live apart from APIs, the engines wait until every API has stopped.
 */
export function stopOnHosts(options: {
  scoped: ScopedService;
  label: string;
  /** Absent: all of the service. */
  units?: readonly string[];
}): Batch[] {
  const { scoped, label, units } = options;
  const { service } = scoped;
  const chosen = service.units.filter(({ name }) => units?.includes(name) ?? true);
  const stops = chosen.flatMap(({ name, gracefulStopSeconds }) =>
    placesOf({ scoped, unit: name }).map(({ hosts, site }) => {
      const step = { id: `${label}/stop-${name}`, unit: name };
      return {
        hosts,
        step: site === null ? closeUnit({ ...step, gracefulStopSeconds }) : closeSite({ ...step, site }),
      };
    }),
  );
  return stops.reduce<Batch[]>((batches, { hosts, step }) => {
    const last = batches.at(-1);
    if (last?.hosts.join() !== hosts.join()) return [...batches, batch({ hosts, steps: [step] })];
    return [...batches.slice(0, -1), batch({ hosts, steps: [...last.steps, step] })];
  }, []);
}
