import { asUser } from '../../catalog/platform/service-config';
import type { Migration, Schema, SchemaMigration, Service, ServingMigration } from '../../catalog/service';
import type { Change } from '../../schema/plan';
import { raw, sh, type ShellText } from '../../shell/sh';
import { change } from '../change';
import type { ScopedSchema } from '../scope/scope';
import { serviceSchema } from './programs';

interface Migrating {
  readonly service: Service;
  readonly scoped: ScopedSchema;
  /** Whether the service's processes are stopped, or go on with the installed release. */
  readonly others: 'silent' | 'serving';
  /** Where the new code lies, when not in the packages. */
  readonly beside?: { readonly directory: string; readonly configFile: string };
}

/** Every migration of a schema, one runner, in the order of its guide. */
export function migrations(options: Migrating): Change[] {
  const { migrations: all } = options.scoped.schema;
  const last = all.findLast(({ kind }) => kind !== 'online');
  return all.map((migration) => {
    const at = migration === last || migration.kind === 'online' ? 'target' : 'partly';
    return migration.kind === 'online'
      ? rewriteRows({ ...options, migration })
      : alterSchema({ ...options, migration, at });
  });
}

const idOf: Readonly<Record<Migration['kind'], string>> = {
  sync: 'db-sync',
  expand: 'db-expand',
  migrate: 'db-migrate',
  contract: 'db-contract',
  online: 'db-online',
};

/**
 * The one kind of step that must never start twice: DDL is not transactional, and a second run beside or after a half one
 * breaks the schema (traps 5, 6). Its unknown fate is always a question. Where the service is stopped, silence is read
 * again in the same script; where the installed release goes on serving, the migration is one that it can live with
 * (R-HEAT-13).
 */
function alterSchema(options: Migrating & { migration: SchemaMigration; at: 'partly' | 'target' }): Change {
  const { service, scoped, migration, at, others } = options;
  const { schema } = scoped;
  const one = { service, schema, ...python(options) };
  const verbs = ['facts', ...(others === 'silent' ? (['silent'] as const) : []), 'state'] as const;
  return change({
    ...common(options),
    check: doneWhen(options),
    run: sh`
      seen=$(${serviceSchema({ ...one, verbs })}) || { echo "$seen" >&2; exit 1; }
      echo "$seen" | sed 's/^/before: /'
      before=$(echo "$seen" | tail -n 1)
      ${asUser({ user: service.user, command: commandOf(options) })} || { code=$?; echo "it ended with $code. Before: $before. Now: $(${serviceSchema({ ...one, verbs: ['state'] })} 2>/dev/null || echo 'not to be read')" >&2; exit $code; }
    `,
    effects: [{ kind: 'schema', service: service.name, schema: scoped.database.name, at }],
    onInterrupted: 'ask',
    whenUnknown: migrationState({ service, schema, migration }),
    requirements: [
      ...migration.rules,
      ...(others === 'silent' ? (['R-OPS-42'] as const) : []),
      'trap 5',
      'trap 6',
      'trap 36',
    ],
  });
}

/** Nothing tells without doing it whether rows are left; it ends with 0 when none are. */
function rewriteRows(options: Migrating & { migration: Migration }): Change {
  const { service, scoped, migration } = options;
  return change({
    ...common(options),
    check: null,
    run: asUser({ user: service.user, command: commandOf(options) }),
    effects: [{ kind: 'schema', service: service.name, schema: scoped.database.name, at: 'target' }],
    onInterrupted: 'rerun',
    requirements: [...migration.rules, 'trap 36'],
  });
}

/** Its own retries are bounded, and what it has done already it leaves as it is. The log's last error is its reason: of many lines, the one of the cause. */
export function servingMigration(options: { service: Service; migration: ServingMigration }): Change {
  const { service, migration } = options;
  return change({
    id: `${service.name}/${migration.id}`,
    title: migration.command.text,
    check: null,
    run: sh`
      ${asUser({ user: service.user, command: migration.command })} || {
        code=$?
        reason=$(tail -n 100 ${migration.log} | grep -E '[a-z](Error|Failure|Exception|Timeout|NotFound)' | tail -n 1 | sed 's/^.* ERROR [a-z]* //' | cut -c 1-150)
        echo "it ended with $code: \${reason:-no reason in ${raw(migration.log)}}. "${migration.failed} >&2
        exit $code
      }
    `,
    effects: [],
    onInterrupted: 'rerun',
    timeoutSeconds: migration.timeoutSeconds,
    requirements: [...migration.rules, 'trap 36'],
  });
}

function common(options: Migrating & { migration: Migration }): {
  id: string;
  title: string;
  timeoutSeconds: number;
  mutex: string;
} {
  const { scoped, migration } = options;
  const { kind, timeoutSeconds } = migration;
  return {
    id: `${scoped.schema.id}/${idOf[kind]}`,
    title: commandOf(options).text,
    timeoutSeconds,
    mutex: `db:${scoped.database.name}`,
  };
}

function commandOf({ service, migration, beside }: Migrating & { migration: Migration }): ShellText {
  const { command } = migration;
  if (beside === undefined) return command;
  return raw(`${beside.directory}/bin/${command.text.replace(service.configFile, beside.configFile)}`);
}

function python({ beside }: Migrating): { python?: string } {
  return beside === undefined ? {} : { python: `${beside.directory}/bin/python3` };
}

function doneWhen(options: Migrating & { migration: SchemaMigration }): ShellText {
  const { service, scoped, migration } = options;
  const { done } = migration;
  switch (done.by) {
    case 'head':
      return serviceSchema({ service, schema: scoped.schema, verbs: ['at-head'], ...python(options) });
    case 'exit':
      return sh`
        code=0; ${asUser({ user: service.user, command: done.command })} || code=$?
        case $code in ${raw(done.codes.join('|'))}) ;; *) exit 1 ;; esac
      `;
    default:
      return done satisfies never;
  }
}

/** What people need who must say how far a migration came (trap 5): revision, who is connected, what still runs here. */
function migrationState(options: { service: Service; schema: Schema; migration: Migration }): ShellText {
  const { service, schema, migration } = options;
  const [tool = ''] = migration.command.text.split(' ');
  return sh`
    ${serviceSchema({ service, schema, verbs: ['at-head'] })} || true
    ${serviceSchema({ service, schema, verbs: ['silent'] })} || true
    pgrep -af ${tool} || echo ${`no process of ${tool} on this host`}
  `;
}
