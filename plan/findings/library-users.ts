import type { HostFacts } from '../../catalog/facts';
import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding, Plan } from '../../schema/plan';
import { nearest } from '../../schema/problem';
import type { Request } from '../../schema/request';
import { isKept, type OtherUnit, otherUnitsOf, programsBeside } from '../scope/other-units';
import { finding } from './finding';
import { upgradeTogether } from './together';

interface Users {
  readonly kind: Plan['kind'];
  readonly hosts: readonly HostFacts[];
  readonly services: readonly Service[];
  readonly known: readonly Service[];
  readonly request: Request;
}

/**
 * Who runs with what the run replaces, and is no part of it: restarted by the run, or left as it is by a person's word. One finding for a
 * unit, whatever the number of its hosts: it is accepted by its name.
 */
export function libraryUserFindings(options: Users): Finding[] {
  const { hosts, request } = options;
  const others = otherUnitsOf(options);
  return [
    ...others.filter(({ restart }) => !restart).map((other) => replacedUnder({ ...options, other })),
    ...restarted(others.filter(({ restart }) => restart)),
    ...notRestarted({ others, request }),
    ...hosts.flatMap((host) => [
      ...besideItsUnit({ host, services: options.services }),
      ...unread(host),
      ...inSessions(host),
      ...replacedBefore(host),
    ]),
  ];
}

/** Stopped with its unit it is not: old code would meet the new schema, or hold the port when the new code starts. */
function besideItsUnit(options: { host: HostFacts; services: readonly Service[] }): Finding[] {
  return programsBeside(options).map(({ name, unit, port }) =>
    finding({
      what: `runs-beside-${unit}`,
      level: 'blocker',
      host: options.host.host,
      text:
        `${name} does ${port === null ? 'the work' : `listen on port ${String(port)}, the place`} of ${unit} on this host, and is not ` +
        `${unit}.service: the run would stop and start that unit, and ${name} would stay as it is, with the old code on the new schema.`,
      remedy: `Stop and disable ${name}, let ${unit}.service do its work, and run the preflight again.`,
      sources: ['R-OPS-33', 'R-OPS-61', 'trap 41'],
    }),
  );
}

function replacedUnder(options: Users & { other: OtherUnit }): Finding {
  const { kind, other, known, services } = options;
  const { unit, on, owners } = other;
  const mates = known.filter(
    (one) => !services.some(({ name }) => name === one.name) && one.units.some(({ name }) => name === unit),
  );
  return finding({
    what: `replaced-under-${unit}`,
    level: 'warning',
    text: `${unit} on ${listed(on.map(({ host }) => host))} ${howItUses(other)}. It keeps the old code in memory, and what it loads later is new, until it is restarted.`,
    remedy: [
      ...mates.map(({ name }) => upgradeTogether({ kind, name, how: ' (leave "services" out of the request).' })),
      isKept(unit)
        ? `The run does not restart ${unit}, because others depend on it: accept, and restart it yourself in a window of its own.`
        : `Let the run restart it: "options": {"restart": ["${unit}"]}. Or accept: it stays as it is, and you restart and prove it afterwards.`,
      ...(owners.length === 0 ? [`No package owns its unit file: check whether it is in use.`] : []),
    ].join(' '),
    sources: ['R-OPS-74', 'fact 14', 'trap 46', 'trap 52'],
  });
}

function howItUses({ uses, seen }: OtherUnit): string {
  const many =
    uses.length > 3 ? `${uses.slice(0, 3).join(', ')} and ${String(uses.length - 3)} more packages` : listed(uses);
  return seen.includes('unknown')
    ? `runs Python, and which packages it uses could not be told: it counts as a user of all that the run replaces (${many})`
    : `uses ${many}, which the run replaces`;
}

function restarted(others: readonly OtherUnit[]): Finding[] {
  if (others.length === 0) return [];
  const named = others.map(({ unit, on }) => `${unit} (${on.map(({ host }) => host).join(', ')})`);
  return [
    finding({
      what: 'restarts-others',
      level: 'note',
      text: `As the request says, the run restarts services that are no part of it, because it replaces packages that they use: ${named.join('; ')}. One host after the other; each must run and listen as before. Requests that one answers at that moment are cut off.`,
      remedy:
        'Nothing, or choose an hour at which cut requests do not matter. That a service is active does not prove that it does its work: check what it is for afterwards.',
      sources: ['R-OPS-74'],
    }),
  ];
}

/** A name in the request that the run cannot or does not restart: never passed over. */
function notRestarted(options: { others: readonly OtherUnit[]; request: Request }): Finding[] {
  const { others, request } = options;
  const { restart = [] } = request.options;
  if (restart === 'all') return [];
  const units = others.map(({ unit }) => unit);
  return restart.flatMap((unit) => {
    if (isKept(unit)) {
      return [
        finding({
          what: `restart-refused-${unit}`,
          level: 'blocker',
          text: `options.restart names ${unit}: others depend on it, and its restart is work of its own.`,
          remedy: `Take ${unit} out of options.restart; restart it yourself in a window of its own.`,
          sources: ['R-OPS-38', 'R-OPS-74'],
        }),
      ];
    }
    if (units.includes(unit)) return [];
    const near = nearest({ key: unit, knownKeys: units });
    return [
      finding({
        what: `restart-unknown-${unit}`,
        level: 'blocker',
        text:
          `options.restart names ${unit}, and no such service outside the run uses what it replaces` +
          (near === undefined ? '.' : `; did you mean ${near}?`),
        remedy:
          units.length === 0 ? 'Leave options.restart out.' : `Name some of ${units.join(', ')}, or leave it out.`,
        sources: ['R-OPS-74'],
      }),
    ];
  });
}

function unread({ host, packages }: HostFacts): Finding[] {
  if (packages === null || packages.libraryUsers !== null) return [];
  return [
    finding({
      what: 'library-users-unread',
      level: 'warning',
      host,
      text: 'Which running services use packages that the run replaces could not be read: none of them would be restarted.',
      remedy:
        'Find out why python3, dpkg-query or ss fails on this host, or restart and prove its other services afterwards.',
      sources: ['R-OPS-74', 'trap 52'],
    }),
  ];
}

/** A session ends, and its programs with it: said, and nothing is done about it. */
function inSessions({ host, packages }: HostFacts): Finding[] {
  const found = (packages?.libraryUsers ?? []).filter(
    ({ unit, uses }) => uses.length > 0 && (unit === null || !unit.endsWith('.service') || unit.startsWith('user@')),
  );
  if (found.length === 0) return [];
  const commands = [...new Set(found.flatMap((one) => one.commands))].sort();
  return [
    finding({
      what: 'libraries-in-sessions',
      level: 'note',
      host,
      text: `Programs that no service runs (${commands.join(', ')}) use packages that the run replaces: in a session of somebody, or started by hand.`,
      remedy: 'End them before the run, or start them again afterwards.',
      sources: ['trap 46'],
    }),
  ];
}

/** Seen before the run began: the next start of these brings other libraries, with or without an upgrade. */
function replacedBefore({ host, packages }: HostFacts): Finding[] {
  const found = (packages?.libraryUsers ?? []).filter(({ replaced }) => replaced.length > 0);
  if (found.length === 0) return [];
  const named = found.map(({ unit, commands }) => unit?.replace(/\.service$/, '') ?? commands.join(', ')).sort();
  const files = [...new Set(found.flatMap(({ replaced }) => replaced.map((path) => path.replace(/^.*\//, ''))))].sort();
  const shown =
    files.length > 4 ? `${files.slice(0, 4).join(', ')} and ${String(files.length - 4)} more` : files.join(', ');
  return [
    finding({
      what: 'runs-replaced-files',
      level: 'note',
      host,
      text: `An earlier change of packages has replaced files under ${named.join(', ')} (${shown}): they run with the old ones until they are restarted.`,
      remedy: 'Restart them before the run, so that what the upgrade changes can be told apart.',
      sources: ['R-OPS-29', 'trap 52'],
    }),
  ];
}
