import type { HostName } from '../schema/names';
import type { PackageSet, PlannedService } from '../schema/plan';

/** What a host has installed after the run: package name -> version. `null`: the host could not be read. */
export interface InstalledVersions {
  readonly host: HostName;
  readonly versions: Readonly<Record<string, string>> | null;
}

/** One package on the hosts where it went the same way. */
export interface VersionRow {
  readonly package: string;
  readonly hosts: readonly HostName[];
  readonly before: string | null;
  readonly target: string;
  /** Null: not installed, or not read. */
  readonly after: string | null;
  readonly state: 'upgraded' | 'back' | 'notYet' | 'other' | 'notRead';
}

/** Every package of the plan: before, wanted, and what is there now; hosts with the same answer share a row. */
export function versionRows(options: {
  plan: { readonly packageSets: readonly PackageSet[] };
  installed: readonly InstalledVersions[];
  /** The run undid what it did: the version from before is what it was to end with. */
  rolledBack: boolean;
}): VersionRow[] {
  const rows = options.plan.packageSets.flatMap(({ hosts, packages }) =>
    packages.flatMap((one) =>
      hosts.map((host): VersionRow => {
        const now = options.installed.find((reading) => reading.host === host)?.versions ?? null;
        const after = now?.[one.name] ?? null;
        const { installed: before, target } = one;
        return {
          package: one.name,
          hosts: [host],
          before,
          target,
          after,
          state: now === null ? 'notRead' : stateOf({ before, target, after, rolledBack: options.rolledBack }),
        };
      }),
    ),
  );
  return gathered(rows);
}

/** What people want to read first, one sentence a service: `heat 20.0.0 -> 21.0.0 on ctl1, ctl2`. */
export function versionSentences(options: {
  services: readonly PlannedService[];
  rows: readonly VersionRow[];
  rolledBack: boolean;
}): string[] {
  const { rolledBack } = options;
  return options.services.flatMap(({ name: service, versionPackage }) =>
    options.rows.filter((row) => row.package === versionPackage).map((row) => sentence({ service, row, rolledBack })),
  );
}

/** `1:21.0.0-0lab1` -> `21.0.0`: without epoch and Debian's revision, as people say it. */
export function spokenVersion(version: string): string {
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
}

function stateOf(
  row: Pick<VersionRow, 'before' | 'target' | 'after'> & { readonly rolledBack: boolean },
): VersionRow['state'] {
  if (row.after === row.before) return row.rolledBack ? 'back' : 'notYet';
  return row.after === row.target && !row.rolledBack ? 'upgraded' : 'other';
}

function gathered(rows: readonly VersionRow[]): VersionRow[] {
  const groups = new Map<string, VersionRow>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, hosts: [] });
    groups.set(key, { ...row, hosts: [...(groups.get(key)?.hosts ?? []), ...row.hosts] });
  }
  return [...groups.values()];
}

function sentence(options: { service: string; row: VersionRow; rolledBack: boolean }): string {
  const { service, row, rolledBack } = options;
  const before = row.before === null ? '(new)' : spokenVersion(row.before);
  const wanted = rolledBack ? `expected ${before}` : `expected ${row.target}`;
  const where = `on ${row.hosts.join(', ')}`;
  switch (row.state) {
    case 'upgraded':
      return `${service} ${before} -> ${spokenVersion(row.target)} ${where}`;
    case 'back':
      return `${service} rolled back to ${before} ${where}`;
    case 'notYet':
      return `${service} still ${before} ${where} (expected ${spokenVersion(row.target)})`;
    case 'other':
      return `${service} ${row.after === null ? 'not installed' : `at ${row.after}`} ${where} (${wanted})`;
    case 'notRead':
      return `${service} unknown ${where} (was ${before}, expected ${spokenVersion(row.target)})`;
    default:
      return row.state satisfies never;
  }
}
