# --------------------------------------------------------------------------------------------------------------
# Ending, acknowledging, forgetting.

sweep() { # SIGNAL to every process that carries the job's cookie or belongs to its session: both survive a double fork
  for entry in $(grep -lzxs "OSU_JOB=$ID" /proc/[0-9]*/environ); do
    entry=${entry#/proc/}
    [ "${entry%/environ}" = $$ ] || kill -s "$1" "${entry%/environ}" 2>/dev/null
  done
  session_alive && for entry in /proc/[0-9]*; do
    process_stat "${entry#/proc/}" || continue
    set -- "$1" $STAT
    [ "$5" = "$session" ] && kill -s "$1" "${entry#/proc/}" 2>/dev/null
  done
}
sweep_until_empty() { # GRACE: what is left gets TERM, then KILL until nothing is left
  tree_alive || return 0
  sweep TERM
  uptime_ms
  kill_at=$((UP + $1 * 1000))
  while tree_alive && [ "$UP" -lt "$kill_at" ]; do
    sleep 0.1
    uptime_ms
  done
  turn=0
  while tree_alive && [ $turn -lt 100 ]; do
    sweep KILL
    turn=$((turn + 1))
    sleep 0.05
  done
  ! tree_alive
}

cancel() { # GRACE
  [ -d "$J" ] && [ ! -e "$B/tomb/$ID" ] || return 0
  hold_fence shared 2>/dev/null || fault 'another process has held fence.lock for 30 seconds'
  refuse_unless_obeyed
  printf '%s\n' "$1" >"$J/grace"
  boot_epoch
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  if [ ! -e "$J/started" ]; then
    trouble=$(write_token "boot=$BOOT sup=0 at=$at" 2>&1)
    case $? in
      0)
        : crash-point cancelled-unstarted
        note_done "rc=143 why=cancel out=0 err=0 at=$at ms=0"
        return
        ;;
      74) fault "$trouble" ;; # the disk; otherwise a supervisor was first
    esac
  fi
  release_fence # ending a tree takes its time; it was this request's right when it came
  look
  case $STATE in
    RUNNING) # only the parent may signal: the pid of its own unreaped child cannot be anybody else's
      read -r started <"$J/started"
      field sup "$started" && pid=$VALUE
      field supstart "$started" && start_time "$pid" && [ "$START" = "$VALUE" ] && kill -s USR1 "$pid"
      ;;
    ORPHANED) sweep_until_empty "$1" ;;
  esac
}

acknowledge() {
  look
  case $STATE in EXITED | INTERRUPTED_*) : >"$J/acked" && sync "$J/acked" "$J" || fault 'cannot write the acknowledgement' ;; esac
}

bury() { # LINE: the tombstone of ID, durable before anything of the job is gone: an id must not come to life again
  printf '%s\n' "$1" >"$B/tomb/.$ID" && sync "$B/tomb/.$ID" && mv -T "$B/tomb/.$ID" "$B/tomb/$ID"
}
remove_job() { # out of the way at once: half of a job, without its token, would look as if it had never started
  sync "$B/tomb" && rm -rf "$B/tmp/gone.$ID" && mv -T "$J" "$B/tmp/gone.$ID" && rm -rf "$B/tmp/gone.$ID" "$SPARE/$ID".*.rc
}
remove_old_jobs() { # DAYS
  failed=''
  for J in "$B"/jobs/*; do
    [ -d "$J" ] || continue
    ID=${J##*/}
    if [ ! -e "$B/tomb/$ID" ]; then # otherwise a collection before this one did not come to its end
      [ -e "$J/acked" ] && [ $((now - $(stat -c %Y "$J/acked"))) -ge $(($1 * 86400)) ] || continue
      look
      case $STATE in
        EXITED) line=$RESULT ;;
        INTERRUPTED_*) line="v1 why=$STATE end" ;;
        *) continue ;;
      esac
      bury "$line" || { failed=1 && continue; }
    fi
    remove_job || failed=1
  done
  [ -z "$failed" ] || exit 74
}
collect_garbage() { # DAYS
  refuse_unless_obeyed
  now=$(date +%s)
  trouble=$(remove_old_jobs "$1" 2>&1) || fault "$trouble"
  case $trouble in 'X state='*) say "$trouble" && exit 0 ;; esac # of a job whose state could not be told
  for T in "$B"/tmp/*; do
    [ -e "$T" ] && [ $((now - $(stat -c %Y "$T"))) -gt 86400 ] && rm -rf "$T"
  done
  say 'X state=COLLECTED'
}

