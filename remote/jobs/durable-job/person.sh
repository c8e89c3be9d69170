# --------------------------------------------------------------------------------------------------------------
# For a person on this host, when worker, Temporal and bastion are gone.

COMMAND=openstack-upgrade-job

usage() {
  cat <<END
openstack-upgrade-job: shows and controls what the upgrade runs on this host. Needs root.

  $COMMAND status [RUN]
      Shows what ran, what is running, where the output is, and who owns this host.
  $COMMAND take-over --by NAME --reason TEXT
      From now on this host refuses every request of the upgrade to start or end something. Running jobs continue.
  $COMMAND hand-back --by NAME --reason TEXT
      The host accepts requests of the upgrade again.
  $COMMAND kill JOB --by NAME --reason TEXT
      Ends a job and everything it started: TERM, after 10 seconds KILL.

  --base DIRECTORY   where the state of the upgrade is, if not in /var/lib/openstack-upgrade

The exact commands of a run, to continue by hand: runs/RUN/RUNBOOK.txt and runs/RUN/steps/ in that directory.
END
}
refuse() { # SENTENCE
  printf '%s: %s\n' "$COMMAND" "$1" >&2
  exit 1
}
is_one_line() { case $1 in *"$TAB"* | *"$NEWLINE"*) return 1 ;; esac; }
name_yourself() { # the other people of the night have to know whom to ask
  [ -n "$by" ] && [ -n "$reason" ] && is_one_line "$by$reason" || refuse "nothing was changed. Say who you are and why, each on one line: $COMMAND $verb --by NAME --reason TEXT"
}
put_down() { note_on_host "$1 by=$by reason=$reason user=${SUDO_USER:-root}"; }

list_jobs() { # [RUN]: sets LISTED to a line a job, oldest first, with tabs; RUNNING to how many are not over
  LISTED='' RUNNING=0 RUNS=''
  for J in "$B"/jobs/*; do
    [ -e "$J/script" ] || continue
    ID=${J##*/} since='' exit_code=- run='' step=''
    read -r header <"$J/script"
    field run "$header" && run=$VALUE
    case $run in "${1:-}"*) ;; *) continue ;; esac
    field step "$header" && step=$VALUE
    look
    field at "$LINE" && since=$VALUE
    case $STATE in
      EXITED)
        field rc "$LINE" && exit_code=$VALUE
        field why "$LINE" && [ "$VALUE" != exit ] && exit_code="$exit_code ($VALUE)"
        ;;
      STARTING | WAITING_MUTEX | RUNNING | ORPHANED) RUNNING=$((RUNNING + 1)) ;;
    esac
    case " $RUNS " in *" $run "*) ;; *) RUNS="$RUNS $run" ;; esac
    LISTED="$LISTED${since:--}$TAB$STATE$TAB$exit_code$TAB$step$TAB$J$NEWLINE"
  done
  LISTED=$(printf '%s' "$LISTED" | sort)
}
print_jobs() {
  [ -n "$LISTED" ] || { echo 'No jobs.' && return; }
  printf '%-20s  %-18s  %-12s  %-44s  %s\n' SINCE STATE EXIT STEP 'OUTPUT IN (files out, err, script)'
  printf '%s\n' "$LISTED" | while IFS=$TAB read -r since state exit_code step place; do
    printf '%-20s  %-18s  %-12s  %-44s  %s\n' "$since" "$state" "$exit_code" "$step" "$place"
  done
}
explain_states() {
  case $LISTED in *RUNNING*) echo 'RUNNING: it continues without worker and connection. To follow it: tail -f OUTPUT/out' ;; esac
  case $LISTED in *ORPHANED*) echo 'ORPHANED: the command is running, but its supervisor was killed. Its exit code will not be known.' ;; esac
  case $LISTED in *INTERRUPTED*) echo 'INTERRUPTED: it was started and was killed. It is not known how far it got. It is never started again automatically.' ;; esac
  case $LISTED in *CLAIMED*) echo 'CLAIMED: it is stored here, but was not started.' ;; esac
}
print_fences() {
  if [ -e "$B/taken-over" ]; then
    read_holder "$B/taken-over"
    say "TAKEN OVER by $BY since $SINCE: $REASON"
    say "Requests of the upgrade are refused until you run: $COMMAND hand-back --by NAME --reason TEXT"
  fi
  for fence in "$B"/fences/*; do
    [ -e "$fence" ] || continue
    read_holder "$fence"
    say "Cloud ${fence##*/}: owner $NUMBER since $SINCE${BY:+ by $BY} ($REASON)"
  done
}
show_status() { # [RUN]
  say "$(uname -n), $B"
  print_fences
  echo
  list_jobs "$1"
  print_jobs
  explain_states
  for run in $RUNS; do
    [ ! -e "$B/runs/$run/RUNBOOK.txt" ] || say "Run $run, to continue by hand: $B/runs/$run/RUNBOOK.txt (completed steps: DONE in the same directory)"
  done
}

take_over() {
  make_base && hold_fence exclusive || refuse "$B could not be locked; nothing was changed. Try again"
  read_holder "$B/taken-over"
  [ ! -e "$B/taken-over" ] || refuse "$BY took over this host at $SINCE: $REASON. Nothing was changed. Talk to $BY, or run hand-back first"
  write_holder "$B/taken-over" 0 "$by" "$reason" || refuse_taking
  release_fence
  put_down take-over
  list_jobs
  say "You have taken over this host, $by. Requests of the upgrade are refused until you run: $COMMAND hand-back --by NAME --reason TEXT"
  [ "$RUNNING" = 0 ] || say "Jobs still running: $RUNNING. $COMMAND status lists them, $COMMAND kill JOB ends one."
}
refuse_taking() { # what failed may have failed after it came into force
  to_be_sure='remove its rule from /etc/sudoers.d or its key from authorized_keys'
  [ ! -e "$B/taken-over" ] || refuse "you have taken over this host, but its disk did not confirm it: after a power failure the host may accept the upgrade again. To be sure, $to_be_sure"
  refuse "the disk could not be written, so this host still accepts the upgrade. To keep the upgrade out, $to_be_sure"
}
hand_back() {
  [ -e "$B/taken-over" ] || refuse 'nobody has taken over this host; nothing was changed'
  hold_fence exclusive || refuse "$B could not be locked; nothing was changed. Try again"
  rm -f "$B/taken-over" && sync "$B" || {
    [ -e "$B/taken-over" ] || refuse 'this host accepts the upgrade again, but its disk did not confirm it: after a power failure it may refuse the upgrade again'
    refuse "$B/taken-over could not be removed; the host still refuses the upgrade"
  }
  release_fence
  put_down hand-back
  echo 'This host accepts the upgrade again. If a run has an open question about this host, answer it.'
}
kill_job() { # JOB: an id or how it begins
  case $1 in '' | *[!A-Za-z0-9._-]*) refuse "nothing was ended: name exactly one job. $COMMAND status lists them" ;; esac
  set -- "$B/jobs/$1"*
  [ $# = 1 ] && [ -d "$1" ] || refuse "nothing was ended: name exactly one job. $COMMAND status lists them"
  J=$1 ID=${1##*/}
  put_down "kill job=$ID"
  cancel 10
  turn=0
  look
  while [ "$STATE" = RUNNING ] && [ $turn -lt 400 ]; do
    turn=$((turn + 1))
    sleep 0.1
    look
  done
  case $STATE in
    EXITED | INTERRUPTED_*) say "$ID has ended: $STATE. Check what it has done before you continue." ;;
    *) refuse "$ID is still $STATE. Check its processes" ;;
  esac
}

person() { # VERB...
  NEWLINE='
'
  B=/var/lib/openstack-upgrade CLOUD='' FENCE=0 WHO=person
  verb=${1:-help} by='' reason='' about=''
  [ $# = 0 ] || shift
  while [ $# -gt 0 ]; do
    case $1 in
      --by | --reason | --base) [ $# -ge 2 ] || refuse "$1 needs a value" ;;
    esac
    case $1 in
      --by) by=$2 && shift ;;
      --reason) reason=$2 && shift ;;
      --base) B=$2 && shift ;;
      -*) refuse "unknown option $1; see $COMMAND help" ;;
      *) about=$1 ;;
    esac
    shift
  done
  case $verb in help | --help) usage && exit ;; esac
  [ "$(id -u)" = 0 ] || refuse "needs root: sudo $COMMAND $verb"
  case $verb in
    status) show_status "$about" ;;
    take-over) name_yourself && take_over ;;
    hand-back) name_yourself && hand_back ;;
    kill) name_yourself && kill_job "$about" ;;
  esac
  exit 0
}

