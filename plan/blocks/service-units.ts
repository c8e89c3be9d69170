import type { AgentProof, DrainedLook, ServiceUnit } from '../../catalog/service';
import type { RuleId } from '../../catalog/rules';
import type { HostName } from '../../schema/names';
import type { Batch, Change, Probe } from '../../schema/plan';
import { probe } from '../change';
import { closeSite, openSite } from '../commands/apache';
import { closeApiUnit, closeUnit, closeUnitNow, startUnit } from '../commands/systemd';
import { placesOf, type ScopedService, type UnitPlace } from '../scope/scope';
import { batch } from './phase';

/** One unit, or the site that it is, on every host that has it; its host waits until it does its work. */
export function startOnHosts(options: {
  scoped: ScopedService;
  unit: ServiceUnit;
  label: string;
  requirements: readonly RuleId[];
  /** Agents of other hosts run meanwhile, and may have all of the work. */
  besideOthers?: boolean;
  /** False: what it sends need not arrive. */
  proved?: boolean;
}): Batch[] {
  const { scoped, unit, label, requirements, besideOthers = false, proved = true } = options;
  const { name, ready, provedAlone } = unit;
  const step = { id: `${label}/start-${name}`, unit: name, requirements };
  const places = placesOf({ scoped, unit: name });
  const started = (provedAlone === undefined ? places : places.flatMap(firstAlone)).map(({ hosts, site }, index) =>
    batch({
      hosts,
      steps: [
        site === null ? startUnit(step) : openSite({ ...step, site }),
        ...(provedAlone === undefined || !proved
          ? []
          : [agentProof({ label, unit: name, proof: provedAlone, first: index === 0 && !besideOthers })]),
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
  return [...started, ...costOf({ label, unit, hosts: places.flatMap(({ hosts }) => hosts) })];
}

/** Read where the first of them was started: that is when the new release began to do their work. */
function costOf(options: { label: string; unit: ServiceUnit; hosts: readonly HostName[] }): Batch[] {
  const { label, unit, hosts } = options;
  const { name, provedAlone } = unit;
  if (provedAlone?.cost === undefined) return [];
  const { cost, rules } = provedAlone;
  const step = probe({
    id: `${label}/cost-${name}`,
    title: cost.title,
    script: cost.look,
    isRead: true,
    timeoutSeconds: 120,
    remedy: 'choose skip: it only tells how long, for the report.',
    requirements: [...rules, 'R-CEIL-31'],
  });
  return hosts.slice(0, 1).map((host) => batch({ hosts: [host], steps: [step] }));
}

/** The others stay stopped until the first of them is proved. */
function firstAlone({ hosts, site }: UnitPlace): UnitPlace[] {
  const [first, ...rest] = hosts;
  if (first === undefined || rest.length === 0) return [{ hosts, site }];
  return [
    { hosts: [first], site },
    { hosts: rest, site },
  ];
}

function agentProof(options: { label: string; unit: string; proof: AgentProof; first: boolean }): Probe {
  const { label, unit, proof, first } = options;
  const { title, look, lookBeside = look, seconds, remedy, rules } = proof;
  const id = `${label}/${first ? 'first' : 'proof'}-${unit}`;
  const script = first ? look : lookBeside;
  return probe({ id, title, script, timeoutSeconds: seconds, remedy, requirements: rules });
}

/** Units that hand on to others: they stop before these, because they throw away what nobody takes. */
export function agentsOf({ service }: Pick<ScopedService, 'service'>): ServiceUnit[] {
  return service.units.filter(({ strandsNothing = false }) => strandsNothing);
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
  /** How long a unit that has work left is waited for before a person is asked. Absent: not at all. */
  drainSeconds?: number;
  /** Whether its own end is waited for. */
  ends?: 'gracefully' | 'soon';
}): Batch[] {
  const { scoped, label, units, drainSeconds = 0, ends = 'gracefully' } = options;
  const { service } = scoped;
  const chosen = service.units.filter(({ name }) => units?.includes(name) ?? true);
  const stops = chosen.flatMap((unit) => {
    const { name, drained } = unit;
    const places = placesOf({ scoped, unit: name }).map(({ hosts, site }) => {
      return { hosts, step: stopStep({ id: `${label}/stop-${name}`, unit, site, ends }) };
    });
    const [first] = places.flatMap(({ hosts }) => hosts);
    if (drained === undefined || first === undefined) return places;
    const step = drainedProbe({ id: `${label}/drained-${name}`, service: service.name, drained, drainSeconds });
    return [{ hosts: [first], step }, ...places];
  });
  return stops.reduce<Batch[]>((batches, { hosts, step }) => {
    const last = batches.at(-1);
    if (last?.hosts.join() !== hosts.join()) return [...batches, batch({ hosts, steps: [step] })];
    return [...batches.slice(0, -1), batch({ hosts, steps: [...last.steps, step] })];
  }, []);
}

function stopStep(options: {
  id: string;
  unit: ServiceUnit;
  site: UnitPlace['site'];
  ends: 'gracefully' | 'soon';
}): Change {
  const { id, site, ends } = options;
  const { name: unit, api, gracefulStopSeconds } = options.unit;
  if (site !== null) return closeSite({ id, unit, site });
  if (ends === 'soon' && (api !== null || gracefulStopSeconds !== null)) return closeUnitNow({ id, unit });
  return api === null ? closeUnit({ id, unit, gracefulStopSeconds }) : closeApiUnit({ id, unit });
}

/** The store is one for all hosts of the unit, and whoever could give it more has stopped. */
function drainedProbe(options: { id: string; service: string; drained: DrainedLook; drainSeconds: number }): Probe {
  const { id, service, drained, drainSeconds } = options;
  return probe({
    id,
    title: drained.title,
    script: drained.look,
    retryForSeconds: drainSeconds,
    everySeconds: 5,
    remedy: drained.remedy,
    proves: [{ kind: 'idle', service }],
    requirements: drained.rules,
  });
}
