import { longTransactionsSql } from '../../catalog/platform/mariadb';
import { sqlCommand } from '../../catalog/platform/sql';
import { asUser } from '../../catalog/platform/service-config';
import type { Schema, Service, UpgradeCheck } from '../../catalog/service';
import type { Probe } from '../../schema/plan';
import { lines, raw, sh, type ShellText } from '../../shell/sh';
import { probe } from '../change';
import { serviceSchema } from './programs';

/** Nobody else is connected as this service to the database server that its URL names; other nodes are not asked. */
export function silentProbe(options: { service: Service; schema: Schema }): Probe {
  const { service, schema } = options;
  return probe({
    id: `${schema.id}/silent`,
    title: `nobody uses the database of ${schema.id}`,
    script: serviceSchema({ service, schema, verbs: ['silent'] }),
    retryForSeconds: 120,
    proves: [{ kind: 'silent', service: service.name }],
    requirements: ['R-OPS-6'],
  });
}

/**
 * Asked as the administrator on a database host: a service on a host that the cloud file does not name, a backup or a console
 * may be connected as well, and a service's own code may be half of one release and half of another.
 */
export function nobodyConnected(options: {
  id: string;
  schema: string;
  /** The service's user: connected without a schema, it still writes with the next statement. */
  user?: string;
  /** Whose silence it proves. */
  service?: string;
  /** How long connections of what was just stopped may take to end. */
  retryForSeconds?: number;
}): Probe {
  const { id, schema, service, retryForSeconds = 120 } = options;
  return probe({
    id,
    title: `nobody is connected to the database ${schema} on this host`,
    script: lines(connectedNow(options), sh`echo 'nobody'`),
    retryForSeconds,
    // In an outage; what has just stopped is listed by the server for a moment longer. One statement costs nobody anything.
    everySeconds: 2,
    remedy:
      'find the process that is named and stop it (a service that somebody started by hand or on a host that the cloud file does not name, a backup, a console); what it writes now is in no dump.',
    ...(service === undefined ? {} : { proves: [{ kind: 'silent', service }] }),
    requirements: ['R-OPS-6', 'R-OPS-61'],
  });
}

/** Fails while somebody is connected, and says who. Of this server: the others of a cluster are asked one by one. */
export function connectedNow(options: { schema: string; user?: string }): ShellText {
  return lines(readConnections(options), sh`test -z "$open" || { ${sayConnections}; false; }`);
}

/**
 * The same once a client has ended that worked on the schema itself: the server may list it for a moment longer. `but` is said before the names.
 */
export function connectedStill(options: { schema: string; user?: string; but: string }): ShellText {
  return sh`
    ${readConnections(options)}
    for turn in 1 2 3; do
      test -n "$open" || break
      sleep 1; ${readConnections(options)}
    done
    test -z "$open" || { printf '%s ' ${options.but}; ${sayConnections}; false; }
  `;
}

/** Into `$open`. A server that does not answer ends the script: it is not silent. */
function readConnections({ schema, user }: { schema: string; user?: string }): ShellText {
  // One user may have databases of several services.
  const whose =
    user === undefined
      ? `db = ${sqlText(schema)}`
      : `(db = ${sqlText(schema)} OR (db IS NULL AND user = ${sqlText(user)}))`;
  const list =
    "SELECT CONCAT(user, ' from ', host) FROM information_schema.processlist " +
    `WHERE ${whose} AND id <> CONNECTION_ID() AND user NOT IN ('system user', 'event_scheduler')`;
  return sh`open=$(${sqlCommand} -e ${list})`;
}

const sayConnections = sh`echo "$open" | sed 's/:[0-9]*$//' | sort | uniq -c | awk '{ printf "%s%s (%s connections)", sep, substr($0, index($0, $2)), $1; sep = "; " }'; echo`;

function sqlText(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * Nobody holds tables that the migration wants to change: it would wait behind a metadata lock, and all others behind it
 * (trap 25). On the database host, right before the migration.
 */
export function nobodyHolds(options: { schema: string }): Probe {
  const { schema } = options;
  return probe({
    id: `database/nobody-holds-${schema}`,
    title: `no transaction holds tables of ${schema} for long`,
    script: sh`
      held=$(${sqlCommand} -e ${`${longTransactionsSql()} AND COALESCE(p.db, '') IN ('', '${schema}')`})
      test -z "$held" || { echo "$held" | awk '{ printf "connection %s of %s holds for %s s; ", $1, $2, $NF }'; false; }
    `,
    retryForSeconds: 300,
    everySeconds: 2,
    remedy:
      'ask its owner to end it, or end its connection by its number (KILL); behind a migration that waits for it every request would wait.',
    requirements: ['trap 25'],
  });
}

/** The code of this host and the schema are of one release (C.6). */
export function schemaAtHead(options: { service: Service; schema: Schema }): Probe {
  const { service, schema } = options;
  return probe({
    id: `verify/schema-at-head-${schema.id}`,
    title: `the schema of ${schema.id} is the one that this host's code wants`,
    script: serviceSchema({ service, schema, verbs: ['at-head'] }),
    remedy: 'never run the migration by hand during a run: check whether a failed check was overridden earlier.',
    requirements: ['R-OPS-43', 'B.0'],
  });
}

interface SurveyedSchema {
  readonly service: Service;
  readonly schema: Schema;
  /** As it was before the run. */
  readonly revision: readonly string[];
}

/** Packages may migrate on their own (trap 9): after them the revision is still the surveyed one. */
export function revisionProbe(options: SurveyedSchema): Probe {
  const { schema } = options;
  return probe({
    id: `${schema.id}/revision-unchanged`,
    title: `the packages did not migrate the database of ${schema.id}`,
    script: revisionAsSurveyed(options),
    remedy: 'a package ran the migration itself: check that it ended before anything else writes.',
    requirements: ['trap 9', 'trap 37'],
  });
}

/** Before the installed code starts again: somebody may have migrated by hand meanwhile, and it would work on a schema it does not know. */
export function revisionBack(options: SurveyedSchema): Probe {
  const { schema } = options;
  return probe({
    id: `back-${schema.id}/revision`,
    title: `the schema of ${schema.id} is at its revision from before the run`,
    script: revisionAsSurveyed(options),
    remedy:
      'do not start the installed code on a migrated schema: restore its dump first (docs/operate.md, "Rolling back").',
    requirements: ['R-OPS-57', 'R-OPS-71'],
  });
}

function revisionAsSurveyed({ service, schema, revision }: SurveyedSchema): ShellText {
  return sh`
    ${serviceSchema({ service, schema, verbs: ['facts'] })} > "$SCRATCH/revision"
    grep -oF ${`"current": ${pythonList(revision)}`} "$SCRATCH/revision" || { echo ${`the schema of ${schema.id} is not at ${revision.join(', ')} any more`}; exit 1; }
  `;
}

/** What it begins with when it came to an end; a traceback has neither. */
const printed: Readonly<Record<UpgradeCheck['prints'], string>> = { json: '"checks"', table: 'Upgrade Check Results' };

/** `<service>-status upgrade check` with the new code. No result, or 2, or 255: never start. 1: a warning, a person looks. */
export function upgradeCheckProbe(options: {
  service: Service;
  check: UpgradeCheck;
  /** Where the new code lies, when not in the packages. */
  beside?: { readonly directory: string; readonly configFile: string };
}): Probe {
  const { service, check, beside } = options;
  const command = beside === undefined ? check.command : besideOf({ check, beside });
  return probe({
    id: `${service.name}/upgrade-check`,
    title: command,
    script: asUser({ user: service.user, command: raw(command) }),
    stdoutMatches: printed[check.prints],
    timeoutSeconds: 120,
    remedy: 'read what it names; it checks the configuration with the new code.',
    requirements: ['R-OPS-43', 'B.0'],
  });
}

/** Its program would look for the configuration where the packages' code has it. */
function besideOf(options: {
  check: UpgradeCheck;
  beside: { readonly directory: string; readonly configFile: string };
}): string {
  const { check, beside } = options;
  const [program = '', ...words] = check.command.split(' ');
  const { directory, configFile } = beside;
  return [`${directory}/bin/${program}`, `--config-file=${configFile}`, `--config-dir=${configFile}.d`, ...words].join(
    ' ',
  );
}

/** As Python's json.dumps prints a list of strings. */
function pythonList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
