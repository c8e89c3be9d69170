import { sqlCommand } from '../../catalog/platform/sql';
import type { Schema } from '../../catalog/service';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';

/**
 * Lists what users have in a schema, with the dump that a rollback restores: held against the list of a later time, it says what a
 * restore takes away (R-OPS-56). The question stays beside the answer: whoever rolls back asks the same.
 */
export function recordObjects(options: { schema: Schema; database: string }): Change | null {
  const { schema, database } = options;
  if (schema.objects.length === 0) return null;
  const sql = schema.objects.map(({ noun, list }) => `SELECT '${noun}', id, name FROM (${list}) one;`);
  return change({
    id: `restore-point/objects-${database}`,
    title: `list what users have in ${database}`,
    check: sh`cd "$RP/db/"${database} && sha256sum --quiet -c objects.SHA256SUMS`,
    run: sh`
      cd "$RP/db/"${database}
      cat > objects.sql ${hereDocument({ content: sql.join('\n') })}
      # No pipe: a question that fails must not read as "nothing is there".
      ${sqlCommand} -D ${database} < objects.sql > objects.all
      ${usersOwn} objects.all | sort > objects.part
      rm objects.all; mv objects.part objects
      sha256sum objects objects.sql > objects.SHA256SUMS.part && mv objects.SHA256SUMS.part objects.SHA256SUMS
      echo "$(wc -l < objects) objects"
    `,
    effects: [{ kind: 'thing', thing: `restore point: list of ${database}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 300,
    requirements: ['R-OPS-56', 'trap 35'],
  });
}

/** What a run makes to prove a service by is nobody's loss. */
const usersOwn = sh`awk -F '\\t' '$3 !~ /^openstack-upgrade-(canary|proof)-/'`;

/** Reads, on the database host: `heat<TAB>+<TAB>stack<TAB>id<TAB>name`, `-` for what is gone; `heat<TAB>?` where it cannot be told. */
export function changedObjects(options: { point: string; databases: readonly string[] }): ShellText {
  return sh`
    export LC_ALL=C
    for schema in ${options.databases}; do
      cd ${raw(`/var/lib/openstack-upgrade/restore-points/${options.point}/db`)}/"$schema" 2>/dev/null && sha256sum --quiet -c objects.SHA256SUMS >/dev/null 2>&1 || { printf '%s\\t?\\n' "$schema"; continue; }
      now=$(mktemp)
      if ${sqlCommand} -D "$schema" < objects.sql > "$now".all 2>/dev/null; then
        ${usersOwn} "$now".all | sort > "$now"
        comm -13 objects "$now" | sed "s/^/$schema\\t+\\t/"
        comm -23 objects "$now" | sed "s/^/$schema\\t-\\t/"
      else
        printf '%s\\t?\\n' "$schema"
      fi
      rm -f "$now" "$now".all
    done
  `;
}

/** Once nobody can write any more: nothing is lost beside what was accepted. `sha256`: of what was read when it was planned. */
export function nothingMoreIsLost(options: { point: string; databases: readonly string[]; sha256: string }): Probe {
  const { point, databases, sha256 } = options;
  return probe({
    id: 'rollback/nothing-more-is-lost',
    title: 'users wrote nothing since the rollback was planned',
    script: sh`
      ( ${changedObjects({ point, databases })} ) > "$RUN/lost-now"
      test "$(sha256sum < "$RUN/lost-now" | cut -d ' ' -f 1)" = ${sha256} || { echo "the lists differ from those that were approved; now: $(cut -f 2,3,5 "$RUN/lost-now" | head -n 8 | tr '\\t\\n' ' ;')"; exit 1; }
    `,
    timeoutSeconds: 300,
    remedy: 'start a new rollback: its plan names what is lost by then. markDone: accept that this is lost, too.',
    requirements: ['R-OPS-56', 'trap 35'],
  });
}
