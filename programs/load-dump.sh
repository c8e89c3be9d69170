#!/bin/sh
# Loads the dump of a schema into a temporary server of the same version, on a socket and in a directory of its own: production's
# server never sees it. Writes tables and rows as they were loaded beside the dump. For a database host, run as root.
#
#     load-dump MOMENT POINT SCRATCH SCHEMA...    MOMENT: prepare or final. POINT: the run's restore point. SCRATCH: a directory
#                                                 that is made, and removed at the end. Writes POINT/db/SCHEMA/MOMENT.loaded
set -eu
LC_ALL=C
export LC_ALL
moment=$1 point=$2 scratch=$3
shift 3
umask 077

sql() {
  mariadb --no-defaults -N -B --socket="$scratch/sock" "$@"
}
stop() {
  test ! -s "$scratch/pid" || kill "$(cat "$scratch/pid")" 2>/dev/null || true
  sleep 1
  rm -rf "$scratch"
}

mkdir -p -m 0711 "${scratch%/*}"
test ! -e "$scratch" || stop
install -d -o mysql -m 0700 "$scratch"
trap stop EXIT
log=$point/load-$moment.log
failed() { # SENTENCE
  tail -n 10 "$log" >&2
  echo "$1; $log has all that it said" >&2
  exit 1
}
# --force: a host whose own name does not resolve gets a server, too.
mariadb-install-db --no-defaults --user=mysql --datadir="$scratch/data" --auth-root-authentication-method=normal --force --skip-test-db >"$log" 2>&1 || failed 'no temporary database server could be made'
mariadbd --no-defaults --user=mysql --datadir="$scratch/data" --socket="$scratch/sock" --pid-file="$scratch/pid" --skip-networking --skip-log-bin >>"$log" 2>&1 &
for attempt in $(seq 120); do sql -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.25; done
sql -e 'SELECT 1' >/dev/null 2>>"$log" || failed 'the temporary database server does not answer'

for schema; do
  cd "$point/db/$schema"
  if test -e "$moment.sql.gz"; then gzip -dcq "$moment.sql.gz"; else zstd -dcq "$moment.sql.zst"; fi >"$scratch/load.sql"
  # Of a statement that fails the client prints the rows as well, which may be secrets.
  said=$(sql --abort-source-on-error <"$scratch/load.sql" 2>&1 >/dev/null) || {
    printf '%s\n' "$said" | grep -a '^ERROR ' >&2
    exit 1
  }
  rm "$scratch/load.sql"
  sql -e "SELECT CONCAT('SELECT ''', table_name, ''', COUNT(*) FROM \`', table_schema, '\`.\`', table_name, '\`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = '$schema' ORDER BY table_name" >"$scratch/count.sql"
  sql <"$scratch/count.sql" >"$moment.loaded.part"
  mv "$moment.loaded.part" "$moment.loaded"
  awk -v FS='\t' -v schema="$schema" '{ rows += $2 } END { print schema ": " NR " tables, " rows + 0 " rows loaded" }' "$moment.loaded"
done
