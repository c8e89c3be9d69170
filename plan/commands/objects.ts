import { sqlCommand } from '../../catalog/platform/sql';
import type { Schema } from '../../catalog/service';
import type { Change, Probe } from '../../schema/plan';
import { hereDocument, raw, sh, type ShellText } from '../../shell/sh';
import { change, probe } from '../change';

/**
 * Lists what users have in a schema, with the dump that a rollback restores: held against the list of a later time, it says what a
 * restore takes away (R-OPS-56). The question stays beside the answer: whoever rolls back asks the same. Where users write
 * meanwhile it is made before the dump: then it may name too much as lost, and never too little.
 */
export function recordObjects(options: { schema: Schema; database: string }): Change | null {
  const { schema, database } = options;
  if (schema.objects.length === 0) return null;
  const sql = schema.objects.map(
    ({ noun, list, comeByThemselves = false }) =>
      `SELECT '${noun}', ${comeByThemselves ? `CONCAT('${byThemselves}', id)` : 'id'}, name FROM (${list}) one;`,
  );
  return change({
    id: `restore-point/objects-${database}`,
    title: `list what users have in ${database}`,
    check: sh`cd "$RP/db/"${database} && sha256sum --quiet -c objects.SHA256SUMS`,
    run: sh`
      mkdir -p "$RP/db/"${database}; cd "$RP/db/"${database}
      date -u '+%F %T' > objects.at
      cat > objects.sql ${hereDocument({ content: sql.join('\n') })}
      # No pipe: a question that fails must not read as "nothing is there".
      ${sqlCommand} -D ${database} < objects.sql > objects.all
      ${usersOwn} objects.all | sort > objects.part
      rm objects.all; mv objects.part objects
      sha256sum objects objects.sql objects.at > objects.SHA256SUMS.part && mv objects.SHA256SUMS.part objects.SHA256SUMS
      echo "$(wc -l < objects) objects"
    `,
    effects: [{ kind: 'thing', thing: `restore point: list of ${database}`, exists: true }],
    onInterrupted: 'rerun',
    timeoutSeconds: 300,
    requirements: ['R-OPS-56', 'trap 35'],
  });
}

/** Begins the id of what nobody creates: there is always more of it, so that a person is told of it and not asked again. */
const byThemselves = '~';

/** Of a list, without what comes by itself. */
export function sumOfLost(list: ShellText): ShellText {
  return sh`"$(awk -F '\\t' 'substr($3, 1, 1) != "${raw(byThemselves)}"' ${list} | sha256sum | cut -d ' ' -f 1)"`;
}

/** What a run makes to prove a service by is nobody's loss. */
const usersOwn = sh`awk -F '\\t' '$3 !~ /^openstack-upgrade-(canary|proof)-/'`;

/**
 * Reads, on the database host, what users created and deleted since the dump: `+<TAB>stack<TAB>2<TAB>web, shop`, `-` for what is gone,
 * `?<TAB>heat` where it cannot be told, `@<TAB>heat<TAB>2026-11-30 03:12:05` when its list was made (UTC). All of it stays in `into`. `restorePoint`: its directory.
 */
export function changedObjects(options: {
  restorePoint: ShellText;
  databases: readonly string[];
  into: ShellText;
}): ShellText {
  const { restorePoint, databases, into } = options;
  return sh`
    export LC_ALL=C
    for schema in ${databases}; do
      cd ${restorePoint}/db/"$schema" 2>/dev/null && sha256sum --quiet -c objects.SHA256SUMS >/dev/null 2>&1 || { printf '?\\t%s\\n' "$schema"; continue; }
      test ! -s objects.at || printf '@\\t%s\\t%s\\n' "$schema" "$(cat objects.at)"
      now=$(mktemp)
      if ${sqlCommand} -D "$schema" < objects.sql > "$now".all 2>/dev/null; then
        ${usersOwn} "$now".all | sort > "$now"
        comm -13 objects "$now" | sed 's/^/+\\t/'
        comm -23 objects "$now" | sed 's/^/-\\t/'
      else
        printf '?\\t%s\\n' "$schema"
      fi
      rm -f "$now" "$now".all
    done > ${into}
    ${counted} ${into}
  `;
}

/** Enough names to recognise what it is; all of them would bury the plan's other words. */
const shownNames = 8;

/** One line for each noun; an object without a name is shown by its id. */
const counted = sh`
  awk -F '\\t' '
    $1 == "?" || $1 == "@" { print; next }
    { key = $1 "\\t" $2; if (!(key in count)) order[++keys] = key
      if (++count[key] <= ${raw(String(shownNames))}) names[key] = names[key] (count[key] > 1 ? ", " : "") substr($4 == "" ? $3 : $4, 1, 60) }
    END { for (at = 1; at <= keys; at++) print order[at] "\\t" count[order[at]] "\\t" names[order[at]] }'
`;

/** Where a rollback leaves what a person was shown: in full, beside the dump of what it replaces. */
const shown = sh`"$RP/db/lost-$OSU_RUN"`;

/** For the person who is about to roll back: what that takes away, read now. */
export function whatIsLost(options: { databases: readonly string[] }): Probe {
  const { databases } = options;
  return probe({
    id: 'rollback/what-is-lost',
    title: 'list what users would lose',
    script: changedObjects({ restorePoint: sh`"$RP"`, databases, into: shown }),
    isRead: true,
    timeoutSeconds: 300,
    remedy: 'make the database answer. Nothing was rolled back yet.',
    requirements: ['R-OPS-56', 'trap 35'],
  });
}

/** Holds where nothing is lost that was not shown. What was shown and is no loss any more is welcome: Heat may still have removed a project of a deleted stack. */
const nothingBeside = sh`
  awk -F '\\t' '
    FILENAME == ARGV[1] { shown[$0]; next }
    $1 != "@" && substr($3, 1, 1) != "${raw(byThemselves)}" && !($0 in shown) { more = 1 }
    END { exit more }' ${shown} "$RUN/lost-now"`;

/**
 * Once nobody can write any more: nothing is lost beside what was accepted. `sha256`: of what was read when the rollback was planned, whose list is where a
 * run's own is, or is gone: then both must be equal. Null: what a person was shown in this run, if anything.
 */
export function nothingMoreIsLost(options: { databases: readonly string[]; sha256: string | null }): Probe {
  const { databases, sha256 } = options;
  const accepted =
    sha256 === null
      ? nothingBeside
      : sh`
        if test ${sumOfLost(shown)} = ${sha256}; then
          ${nothingBeside}
        else
          test ${sumOfLost(sh`"$RUN/lost-now"`)} = ${sha256}
        fi`;
  return probe({
    id: 'rollback/nothing-more-is-lost',
    title: 'users wrote nothing since a person accepted the loss',
    script: sh`
      ${sha256 === null ? sh`test -e ${shown} || { echo 'nobody was shown a list in this run: there is nothing to compare'; exit 0; }` : sh``}
      now=$( ${changedObjects({ restorePoint: sh`"$RP"`, databases, into: sh`"$RUN/lost-now"` })} )
      {
        ${accepted}
      } || { echo "the lists differ from those that were approved; now: $(printf '%s' "$now" | tr '\\t\\n' ' ;')"; exit 1; }
    `,
    timeoutSeconds: 300,
    remedy:
      'markDone: accept that this is lost, too. abort: nothing is restored, and a new rollback names what is lost by then.',
    requirements: ['R-OPS-56', 'trap 35'],
  });
}
