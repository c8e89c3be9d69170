# --------------------------------------------------------------------------------------------------------------
# What the host knows of a job. Everything else decides on STATE.

process_stat() { # PID: sets STAT to the fields after "pid (comm) ", which may itself contain ") ("
  STAT=
  { read -r STAT <"/proc/$1/stat"; } 2>/dev/null || return 1
  STAT=${STAT##*) }
}
start_time() { # PID: sets START. Pid and start time together name a process; the pid alone is used again
  START=
  process_stat "$1" || return 1
  set -- $STAT
  START=${20}
}
boot_epoch() { # sets BOOT: changes when the kernel boots, and when a container does (start time of pid 1)
  read -r BOOT </proc/sys/kernel/random/boot_id
  start_time 1
  BOOT=$BOOT:$START
}
uptime_ms() { # sets UP: a clock nobody can set
  read -r UP rest </proc/uptime
  UP=${UP%.*}${UP#*.}0
  case $UP in 0*) UP=0 ;; esac
}
lock_held() { # FILE. The probe is shared, so that two probes never see each other
  { flock -s -n 7 7<"$1"; } 2>/dev/null
  case $? in
    0) return 1 ;;
    1) return 0 ;;
    *) [ -e "$1" ] || return 1 # collected at this moment; `look` finds the tombstone
      say "X state=HOST_FAULT text=cannot probe the lock $1: is flock (util-linux) installed?" && exit 0 ;;
  esac
}
session_alive() { # some process is left of the job's session. sudo closes the lock's descriptor, so the lock alone lies
  child=
  { read -r child <"$J/child"; } 2>/dev/null || return 1
  field pgid "$child" && session=$VALUE || return 1
  field start "$child" && leader=$VALUE
  if start_time "$session" && [ "$START" != "$leader" ]; then return 1; fi # the number belongs to somebody else now
  for entry in /proc/[0-9]*; do
    process_stat "${entry#/proc/}" || continue
    set -- $STAT
    [ "$4" = "$session" ] && [ "$1" != Z ] && return 0
  done
  return 1
}
read_token() { # sets started
  started=
  { read -r started <"$J/started"; } 2>/dev/null
}
same_boot() {
  read_token
  field boot "$started"
  boot_epoch
  [ "$VALUE" = "$BOOT" ]
}
tree_alive() { lock_held "$J/tree.lock" || { same_boot && session_alive; }; }

whole_result() { # FILE: sets RESULT if the line is complete. It is only ever written after wait() returned
  RESULT=
  { read -r RESULT <"$1"; } 2>/dev/null
  case $RESULT in 'v1 rc='*' end') return 0 ;; *) return 1 ;; esac
}
spare_place() { # sets SPARE_RESULT, named after the token's supervisor: another one's result under the same id is not ours
  read_token
  field sup "$started"
  SPARE_RESULT=$SPARE/$ID.$VALUE
  field supstart "$started"
  SPARE_RESULT=$SPARE_RESULT.$VALUE.rc
}
promote_result() { # the supervisor died between writing its result and renaming it
  spare_place
  if whole_result "$J/rc.tmp"; then
    mv -T "$J/rc.tmp" "$J/rc" 2>/dev/null
  elif whole_result "$SPARE_RESULT"; then
    printf '%s\n' "$RESULT" >"$J/rc.$$" && sync "$J/rc.$$" && mv -T "$J/rc.$$" "$J/rc" && rm -f "$SPARE_RESULT"
  fi
}
cancelled_unstarted() { # `cancel` took the token, as supervisor 0. The token alone is the result: no moment lies between
  read_token
  case " $started " in *' sup=0 '*) ;; *) return 1 ;; esac
  field at "$started"
  RESULT="v1 rc=143 why=cancel out=0 err=0 at=$VALUE ms=0 end"
}

look() { # sets STATE, LINE, SIZE_OUT, SIZE_ERR, WAIT_ON
  read_state
  # The tombstone comes before the job goes: what was read of a job that went meanwhile is no state of it.
  [ "$STATE" = DONE_GC ] || [ ! -e "$B/tomb/$ID" ] || read_state
}
read_state() {
  # The order of reading carries the proof: started, sup.lock, tree.lock, rc. The supervisor takes sup.lock before it
  # creates `started` and lets go after `rc` is in place, so "started, lock free, no rc" can only mean that it died.
  STATE='' RESULT='' SIZE_OUT=0 SIZE_ERR=0 WAIT_ON=''
  inc=
  { read -r inc <"$B/incarnation"; } 2>/dev/null
  LINE="inc=$inc"
  if [ -e "$B/tomb/$ID" ]; then
    STATE=DONE_GC
    read -r RESULT <"$B/tomb/$ID"
    LINE="state=DONE_GC $LINE ${RESULT#v1 }"
    return
  fi
  if [ ! -d "$J" ]; then
    STATE=ABSENT LINE="state=ABSENT $LINE"
    return
  fi
  if [ ! -e "$J/rc" ]; then
    begun=
    [ -e "$J/started" ] && begun=1
    if [ -n "$begun" ] && cancelled_unstarted; then
      STATE=EXITED
    elif lock_held "$J/sup.lock"; then
      WAIT_ON=$J/sup.lock
      if [ -n "$begun" ]; then
        STATE=RUNNING
      elif [ -e "$J/waiting" ]; then
        STATE=WAITING_MUTEX
      else
        STATE=STARTING
      fi
    elif [ -z "$begun" ]; then
      STATE=CLAIMED
    elif lock_held "$J/tree.lock"; then
      STATE=ORPHANED WAIT_ON=$J/tree.lock
    elif same_boot && session_alive; then
      STATE=ORPHANED
    else
      [ -e "$J/rc" ] || promote_result
      if same_boot; then STATE=INTERRUPTED_KILLED; else STATE=INTERRUPTED_REBOOT; fi
    fi
  fi
  [ -e "$J/rc" ] && whole_result "$J/rc" && STATE=EXITED
  if [ "$STATE" = EXITED ]; then
    LINE="state=EXITED $LINE ${RESULT#v1 }"
    field out "$RESULT" && SIZE_OUT=$VALUE
    field err "$RESULT" && SIZE_ERR=$VALUE
    field why "$RESULT"
    if [ "$VALUE" = supervisor_term ]; then if same_boot; then LINE="$LINE boot=same"; else LINE="$LINE boot=other"; fi; fi
    return
  fi
  set -- $(stat -c %s "$J/out" "$J/err" 2>/dev/null)
  SIZE_OUT=${1:-0} SIZE_ERR=${2:-0}
  LINE="state=$STATE $LINE out=$SIZE_OUT err=$SIZE_ERR"
  case $STATE in
    RUNNING | ORPHANED | INTERRUPTED_*)
      read -r started <"$J/started"
      field at "$started" && LINE="$LINE at=$VALUE"
      field up "$started" && begun_up=$VALUE && uptime_ms && case $STATE in
        INTERRUPTED_*) ;;
        *) LINE="$LINE ms=$((UP - begun_up))" ;;
      esac
      ;;
    WAITING_MUTEX)
      waiting='' # gone again, when it leaves at this moment
      { read -r waiting <"$J/waiting"; } 2>/dev/null
      field up "$waiting" && uptime_ms && LINE="$LINE ms=$((UP - VALUE))"
      field mutex "$waiting" && LINE="$LINE mutex=$VALUE" && { read -r holder <"$B/mutex/$VALUE"; } 2>/dev/null && LINE="$LINE holder=$holder"
      ;;
  esac
}

