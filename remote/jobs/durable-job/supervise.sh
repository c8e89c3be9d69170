# --------------------------------------------------------------------------------------------------------------
# The supervisor: parent of the command, holder of the locks, writer of the result.

mutex_owner_lives() { # its supervisor may be dead and its command alive: then the resource is not free
  { read -r owner <"$B/mutex/$mutex"; } 2>/dev/null || return 1
  [ -n "$owner" ] && [ "$owner" != "$ID" ] && [ -d "$B/jobs/$owner" ] && [ ! -e "$B/jobs/$owner/rc" ] || return 1
  (J=$B/jobs/$owner && [ -e "$J/started" ] && tree_alive)
}
leave_unstarted() { # the job stays published: its owner may launch it again, when the host obeys him again
  rm -f "$J/waiting"
  echo 'not started: this host has a newer owner, or a person took it over' >&2
  exit 0
}
take_mutex() { # before the token: a job that waits has not started. `cancel` ends the waiting by taking the token itself
  exec 6>>"$B/mutex/$mutex" || exit 74
  if ! flock -n 6 || mutex_owner_lives; then
    uptime_ms
    printf 'mutex=%s up=%s\n' "$mutex" "$UP" >"$J/waiting"
    until flock -w 0.5 6 && ! mutex_owner_lives; do
      [ -e "$J/started" ] && exit 0
      is_obeyed || leave_unstarted
      if flock -n 6; then sleep 0.2; fi
    done
  fi
  printf '%s\n' "$ID" 1<>"$B/mutex/$mutex"
}

read_grace() { # sets grace. A disk that refused the canceller has left an empty file, and a job that ignores TERM must still end
  grace=
  { read -r grace <"$J/grace"; } 2>/dev/null
  case $grace in '' | *[!0-9]*) grace=10 ;; esac
}
stop_job() {
  signalled=1
  [ -n "$job" ] || return 0
  # "--" with -s: dash takes `kill -TERM -- -1` for an illegal number, silently. No group yet: the process itself.
  { kill -s TERM -- "-$job" || kill -s TERM "$job"; } 2>/dev/null
  [ "$why" = cancel ] && [ -z "$timer" ] || return 0
  read_grace
  (exec 9>&- 6>&- && sleep "$grace" && { kill -s KILL -- "-$job" || kill -s KILL "$job"; } 2>/dev/null) &
  timer=$!
}

supervise() {
  cd / || exit 70
  exec 9>>"$J/sup.lock" || exit 70
  turn=0
  until flock -w 0.2 9; do # a probe may hold it shared for a millisecond, a rival for the whole job
    [ -e "$J/started" ] && exit 0
    turn=$((turn + 1))
    [ $turn -lt 50 ] || exit 75
  done
  [ -e "$J/started" ] && exit 0
  # The order matters: its token may have gone with the job, but then its tombstone was there before. Somebody who has
  # slept between his look and his publishing has put a job here that ran and was collected meanwhile.
  [ ! -e "$B/tomb/$ID" ] || exit 0
  read -r header <"$J/script"
  field mutex "$header" && mutex=$VALUE && take_mutex
  : crash-point before-token
  # The tree lock before the token, and waiting for it: giving up after the token is consumed would lose the job.
  exec 8>>"$J/tree.lock" || exit 74
  flock -w 60 8 || exit 75
  # Before the token: a disk that does not let the output be opened must not look like a command that failed.
  exec 3>>"$J/out" 4>>"$J/err" || exit 74
  why='' signalled='' job='' timer=''
  trap 'why=${why:-cancel}; stop_job' USR1 # before the token: whoever sees the token may signal us
  trap 'why=${why:-supervisor_term}; stop_job' TERM
  boot_epoch
  start_time $$
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  uptime_ms
  begun_up=$UP
  # The fence last, and held until the token is durable: once a raise has returned, nothing older can start.
  hold_fence shared || exit 75
  is_obeyed || leave_unstarted
  : crash-point fence-held
  write_token "boot=$BOOT sup=$$ supstart=$START up=$UP at=$at${CLOUD:+ cloud=$CLOUD fence=$FENCE}" || exit 0
  release_fence
  : crash-point after-token
  rc=143
  if [ -z "$why" ]; then
    (
      field host "$header" && OSU_HOST=$VALUE
      field run "$header" && OSU_RUN=$VALUE
      field step "$header" && OSU_STEP=$VALUE
      OSU_JOB=$ID
      export OSU_HOST OSU_RUN OSU_STEP OSU_JOB
      umask 022 # ours is 077; files that a package or a service gets from this job must stay readable for it
      exec setsid sh "$J/script" </dev/null >&3 2>&4 3>&- 4>&- 6>&- 9>&-
    ) &
    job=$!
    exec 3>&- 4>&- 8>&- # now only the job has the lock: held as long as one of its processes lives
    start_time "$job"
    printf 'pgid=%s start=%s\n' "$job" "$START" >"$J/child"
    : crash-point after-spawn
    [ -z "$why" ] || stop_job # the signal came before we knew the pid
    rc=
    while :; do
      signalled=
      wait "$job"
      got=$?
      [ "$got" -eq 127 ] && [ -n "$rc" ] && break # it was reaped on the turn before, whose code counts
      rc=$got
      [ -n "$signalled" ] || break
    done
  fi
  trap '' USR1 TERM
  [ -z "$timer" ] || kill "$timer" 2>/dev/null
  left=
  if [ "$why" = cancel ]; then
    read_grace
    sweep_until_empty "$grace" || left=' left=1'
  fi
  : crash-point before-result
  uptime_ms
  until set -- $(stat -c %s "$J/out" "$J/err") && [ $# -eq 2 ]; do sleep 2; done # the lock stays held: RUNNING
  write_result "rc=$rc why=${why:-exit} out=$1 err=$2 at=$at ms=$((UP - begun_up))$left"
  : crash-point after-result
  exit 0
}

