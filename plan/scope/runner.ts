import type { PackageFacts } from '../../catalog/facts';
import type { ApacheFacts, ApacheFile, WsgiDaemon } from '../../catalog/platform/apache';
import type { Service, ServiceUnit } from '../../catalog/service';

/** An entry of Apache that serves an API and nothing else, so that it can be closed and opened by itself. */
export interface Site {
  /** `keystone`: its file's name without `.conf`. */
  readonly name: string;
  /** `/etc/apache2/sites-enabled/keystone.conf`. */
  readonly file: string;
  readonly port: number;
  /** Its file has the `Listen`: closed, nobody listens there. Else Apache does, for another site. */
  readonly ownsPort: boolean;
  readonly processes: SiteProcesses;
  /** Programs that it names: they must be there with the new code as well. */
  readonly scripts: readonly string[];
  /** The service has a unit as well, stopped and disabled: it must stay so. Debian's Keystone enables it at each upgrade. */
  readonly idleUnit: string | null;
  /** What else this Apache serves. */
  readonly others: readonly string[];
}

export interface SiteProcesses {
  readonly user: string;
  /** What their titles are like, as an extended regular expression. Null: as those of Apache's other processes. */
  readonly title: string | null;
}

/** Who runs a process of a service on a host. */
export type Runner =
  | { readonly by: 'unit' }
  | { readonly by: 'site'; readonly site: Site }
  | { readonly by: 'nobody' }
  | { readonly by: 'unclear'; readonly doubt: Doubt };

/** Why a site cannot be closed and proved by itself. */
export type Doubt =
  | { readonly kind: 'unitRuns'; readonly file: string }
  | { readonly kind: 'severalSites'; readonly files: readonly string[] }
  | { readonly kind: 'noOwnProcesses'; readonly file: string }
  | { readonly kind: 'servesMore'; readonly file: string }
  | { readonly kind: 'sharesProcesses'; readonly file: string; readonly other: string };

interface Asked {
  readonly packages: Pick<PackageFacts, 'units' | 'apache'>;
  readonly service: Pick<Service, 'user'>;
  readonly unit: ServiceUnit;
}

/**
 * Read from the host, whatever its distribution packages: a site of Apache that has the API's port and processes of the
 * service's user, else the unit. A unit beside it that is stopped is a leftover of the package (puppet-openstack on Debian).
 */
export function runnerOf({ packages, service, unit }: Asked): Runner {
  const state = packages.units.find(({ name }) => name === unit.name);
  const byUnit: Runner = state?.loaded === true ? { by: 'unit' } : { by: 'nobody' };
  const { apache } = packages;
  if (apache === null || unit.api === null) return byUnit;
  const { port } = unit.api;
  const there = entriesOf(apache).filter(({ virtualHosts }) => virtualHosts.some(({ ports }) => ports.includes(port)));
  const own = there.filter(({ daemons }) => daemons.some(({ user }) => user === service.user));
  // A proxy before the unit has its port, too. Where neither runs, the one that a reboot would start is meant.
  const meant = !apache.active && (state?.active === true || state?.enabled === 'enabled');
  if (state?.loaded === true && (own.length === 0 || meant)) return byUnit;
  const [file, ...more] = own;
  if (file === undefined) {
    const [other] = there;
    return other === undefined ? byUnit : unclear({ kind: 'noOwnProcesses', file: other.path });
  }
  if (more.length > 0) return unclear({ kind: 'severalSites', files: own.map(({ path }) => path) });
  if (state?.active === true) return unclear({ kind: 'unitRuns', file: file.path });
  const idleUnit = state?.loaded === true && state.enabled !== 'enabled' ? unit.name : null;
  return siteOf({ apache, file, port, user: service.user, idleUnit });
}

function siteOf(options: {
  apache: ApacheFacts;
  file: ApacheFile;
  port: number;
  user: string;
  idleUnit: string | null;
}): Runner {
  const { apache, file, port, user, idleUnit } = options;
  const others = entriesOf(apache).filter((one) => one !== file && serves(one));
  const alone =
    file.daemons.every((one) => one.user === user) && file.virtualHosts.every(({ scripts }) => scripts.length > 0);
  if (!alone) return unclear({ kind: 'servesMore', file: file.path });
  const titles = file.daemons.map(titleOf);
  const sharing = others.find(({ daemons }) =>
    daemons.some((one) => one.user === user && (titles.includes(null) || [null, ...titles].includes(titleOf(one)))),
  );
  if (sharing !== undefined) return unclear({ kind: 'sharesProcesses', file: file.path, other: sharing.path });
  return {
    by: 'site',
    site: {
      name: nameOf(file),
      file: file.path,
      port,
      ownsPort: file.listens.includes(port),
      processes: { user, title: titles.includes(null) ? null : [...new Set(titles)].join('|') },
      scripts: [...new Set(file.virtualHosts.flatMap(({ scripts }) => scripts))],
      idleUnit,
      others: others.map(nameOf),
    },
  };
}

const unclear = (doubt: Doubt): Runner => ({ by: 'unclear', doubt });

/** What can be closed: not `ports.conf` and Apache's own file. */
function entriesOf({ files }: ApacheFacts): ApacheFile[] {
  return files.filter(({ path }) => /\/(sites|conf)-enabled\//.test(path));
}

function serves({ virtualHosts, daemons }: ApacheFile): boolean {
  return virtualHosts.length + daemons.length > 0;
}

export function nameOf({ path }: Pick<ApacheFile, 'path'>): string {
  return path.replace(/^.*\//, '').replace(/\.conf$/, '');
}

/**
 * A process can write over its own name alone, `/usr/sbin/apache2`: so many characters of a title are seen, and blanks
 * behind a shorter one (`(wsgi:keystone-pu -k start`, mod_wsgi 4.9.4 on Debian 12).
 */
const titleCharacters = '/usr/sbin/apache2'.length;

function titleOf({ title }: WsgiDaemon): string | null {
  if (title === null) return null;
  const seen = title.slice(0, titleCharacters).replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&');
  return title.length < titleCharacters ? `^${seen}( |$)` : `^${seen}`;
}

/** Whether the survey saw such a process. */
export function isSeen(options: { apache: ApacheFacts; processes: SiteProcesses }): boolean {
  const { apache, processes } = options;
  const like = processes.title === null ? null : new RegExp(processes.title);
  return apache.processes.some(({ user, title }) => user === processes.user && (like === null || like.test(title)));
}
