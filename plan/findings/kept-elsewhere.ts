import type { Service } from '../../catalog/service';
import { listed } from '../../schema/names';
import type { Finding } from '../../schema/plan';
import { finding } from './finding';

const named = 'data-outside-database-';

interface Options {
  readonly services: readonly Service[];
  /** Where people have put a backup of it, as the request says, by the name of the service. */
  readonly backups: Readonly<Record<string, string>>;
}

/** A restore brings back what the database knew of it, and not the thing itself. */
export function keptElsewhere({ services, backups }: Options): Finding[] {
  return [
    ...services.flatMap((service) => ofService({ service, backup: backups[service.name] })),
    ...ofNothing({ services, backups }),
  ];
}

function ofService({ service, backup }: { service: Service; backup: string | undefined }): Finding[] {
  const { name, title, keepsElsewhere } = service;
  if (keepsElsewhere === null) return [];
  const { what, migratedBy } = keepsElsewhere;
  const said = `${title} keeps ${what} outside its database, and the restore point does not hold them.`;
  const restored =
    migratedBy === undefined
      ? 'After a restore what users deleted since is listed again and cannot be read; what they added since is left over.'
      : `${migratedBy} works on them as well. A rollback restores the database and leaves them as they are: what came since stays, and what ` +
        'users deleted since is listed again and cannot be read.';
  return [
    finding({
      what: `${named}${name}`,
      level: migratedBy === undefined || backup !== undefined ? 'note' : 'warning',
      text: `${said} ${restored}${backup === undefined ? '' : ` Their backup, as the request says: ${backup}.`}`,
      remedy: remedyOf({ name, what, migrated: migratedBy !== undefined, backup }),
      sources: migratedBy === undefined ? ['R-OPS-34'] : ['R-CEIL-4', 'R-CEIL-7', 'R-OPS-34'],
    }),
  ];
}

function remedyOf(options: { name: string; what: string; migrated: boolean; backup: string | undefined }): string {
  const { name, what, migrated, backup } = options;
  if (!migrated)
    return `Nothing before the APIs open: until then nobody can delete any. Before a restore later on, back up ${what}.`;
  if (backup !== undefined)
    return 'Make sure that this backup is complete before you approve: the run does not check it.';
  return (
    'Back them up by the means of their storage (a snapshot of its file system, pool or bucket) shortly before you approve, then accept. ' +
    `With "options": {"backups": {"${name}": "<where it is>"}} the plan and a later rollback name it, and nothing has to be accepted.`
  );
}

/** A backup that is named under the wrong service would be missed when it is needed. */
function ofNothing({ services, backups }: Options): Finding[] {
  const keepers = services.filter(({ keepsElsewhere }) => keepsElsewhere !== null).map(({ name }) => name);
  return Object.keys(backups)
    .filter((name) => !keepers.includes(name))
    .map((name) =>
      finding({
        what: `backup-of-nothing-${name}`,
        level: 'blocker',
        text: `The request names a backup of ${name}, and of this run ${keepers.length === 0 ? 'no service keeps' : `only ${listed(keepers)} ${keepers.length === 1 ? 'keeps' : 'keep'}`} anything outside its database.`,
        remedy: `Remove "${name}" from "options.backups".`,
        sources: ['R-OPS-34'],
      }),
    );
}

/** What a rollback leaves as it is, in the words of the run that it undoes, with the backup that this run's request named. */
export function staysElsewhere(findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ id }) => id.startsWith(named))
    .map((one) => ({
      ...one,
      level: 'note',
      remedy:
        'Nothing, where users can read what they had. Else put its backup back by the means of its storage, with every process of that service stopped: what came since is lost.',
    }));
}
