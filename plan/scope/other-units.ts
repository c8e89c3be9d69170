import type { HostFacts } from '../../catalog/facts';
import type { LibraryUser } from '../../catalog/platform/library-users';
import { restartRank } from '../../catalog/restart-order';
import type { Service } from '../../catalog/service';
import type { HostName } from '../../schema/names';
import type { Request } from '../../schema/request';

/** A service that is no part of the run and uses packages that the run replaces, on every host that has it. */
export interface OtherUnit {
  /** Without `.service`. */
  readonly unit: string;
  readonly on: readonly OtherUnitOnHost[];
  /** Packages that its unit file belongs to; empty: written by hand. */
  readonly owners: readonly string[];
  readonly uses: readonly string[];
  readonly seen: LibraryUser['seen'];
  /** Restarted by the run. Else a person accepts that it stays as it is. */
  readonly restart: boolean;
}

interface OtherUnitOnHost {
  readonly host: HostName;
  readonly ports: readonly number[];
}

/** In the order in which they are restarted. */
export function otherUnitsOf(options: {
  hosts: readonly HostFacts[];
  services: readonly Service[];
  request: Request;
}): OtherUnit[] {
  const { hosts, services, request } = options;
  const seen = hosts.flatMap((host) =>
    (host.packages?.libraryUsers ?? []).flatMap((user) => {
      const unit = serviceName(user);
      return unit === null || user.uses.length === 0 || isOfTheRun({ user, unit, services })
        ? []
        : [{ host, unit, user }];
    }),
  );
  const names = [...new Set(seen.map(({ unit }) => unit))];
  const units = names.map((unit): OtherUnit => {
    const own = seen.filter((one) => one.unit === unit);
    const all = <Item>(of: (user: LibraryUser) => readonly Item[]): Item[] => [
      ...new Set(own.flatMap(({ user }) => of(user))),
    ];
    const owners = all((user) => user.owners).sort();
    return {
      unit,
      owners,
      on: own.map(({ host, user }) => ({ host: host.host, ports: portsOf(user) })),
      uses: all(({ uses }) => uses).sort(),
      seen: all((user) => user.seen),
      restart: isRestarted({ unit, request }),
    };
  });
  const rank = ({ owners }: OtherUnit): number =>
    Math.min(...owners.map((name) => restartRank(sourceOf({ hosts, name }))), restartRank(''));
  return units.sort((a, b) => rank(a) - rank(b) || (a.unit < b.unit ? -1 : 1));
}

/** A program of the run that its own unit does not run: another unit (`heat-engine@1`), an emperor of uwsgi, somebody's session. */
export interface ProgramBeside {
  /** `heat-engine@1.service`, `session-3.scope`, or the command of a process of no unit. */
  readonly name: string;
  readonly unit: string;
  /** Of the API that it answers for. Null: it is known by its command. */
  readonly port: number | null;
}

/** The kernel keeps so many letters of a command (`TASK_COMM_LEN`): several units with longer names may have the same. */
const commandLetters = 15;

export function programsBeside(options: { host: HostFacts; services: readonly Service[] }): ProgramBeside[] {
  const { host, services } = options;
  const own = services.flatMap(({ units }) => units.map(({ name }) => `${name}.service`));
  const others = (host.packages?.libraryUsers ?? []).filter(
    ({ unit, commands }) => !own.includes(unit ?? '') && !commands.includes('apache2'),
  );
  const isActive = (unit: string): boolean =>
    host.packages?.units.some(({ name, active }) => name === unit && active) === true;
  return others.flatMap((user) =>
    services
      .flatMap(({ units }) => units)
      .flatMap(({ name: unit, api }): ProgramBeside[] => {
        // Where the unit runs, the same port of another address is none of its business.
        const port = api !== null && !isActive(unit) && portsOf(user).includes(api.port) ? api.port : null;
        const called = unit.length <= commandLetters && user.commands.includes(unit);
        return port !== null || called ? [{ name: user.unit ?? user.commands.join(', '), unit, port }] : [];
      }),
  );
}

/** Null: no service of the host itself. What people run in a session, or a user's own services, ends with them. */
function serviceName({ unit }: LibraryUser): string | null {
  const [, name = null] = /^(.+)\.service$/.exec(unit ?? '') ?? [];
  return name === null || name.startsWith('user@') ? null : name;
}

/** Units of the run, and who listens where one of its APIs does: Keystone may run in Apache. */
function isOfTheRun(options: { user: LibraryUser; unit: string; services: readonly Service[] }): boolean {
  const { user, unit, services } = options;
  const ports = portsOf(user);
  return services.some(({ units }) =>
    units.some(({ name, api }) => name === unit || (api !== null && ports.includes(api.port))),
  );
}

/**
 * Data, messages, requests, networks and the host itself hang on these: a restart of one is work of its own, and nothing
 * that an upgrade of services does on the side (R-OPS-38).
 */
const keptUnits =
  /^(mariadb|mysql|rabbitmq-server|haproxy|libvirtd|openvswitch-.*|ovs-.*|docker|pacemaker|corosync|dbus|ssh|sshd|systemd-.*)$/;

export function isKept(unit: string): boolean {
  return keptUnits.test(unit.replace(/@.*$/, ''));
}

function isRestarted({ unit, request }: { unit: string; request: Request }): boolean {
  const { restart = [] } = request.options;
  return !isKept(unit) && (restart === 'all' || restart.includes(unit));
}

function portsOf({ listens }: LibraryUser): number[] {
  const ports = listens.flatMap((one) => {
    const [, port] = /:(\d+)$/.exec(one) ?? [];
    return port === undefined ? [] : [Number(port)];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

function sourceOf(options: { hosts: readonly HostFacts[]; name: string }): string {
  const { hosts, name } = options;
  const found = hosts.flatMap(({ packages }) => packages?.installed.filter((one) => one.name === name) ?? []);
  return found[0]?.source ?? name;
}
