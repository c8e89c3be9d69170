#!/bin/sh
# A remote command that starts at most once, outlives whoever started it, and whose fate is never guessed.
# Plain sh (dash, busybox ash, bash), coreutils, util-linux, grep, Linux /proc. The protocol is told in README.md.
#
#   ensure BASE ID SHA256 LENGTH start|attach OUT ERR SECONDS   script on stdin: publish and start it once, then follow
#   follow BASE ID OUT ERR SECONDS    output from these byte offsets, until the job is over or SECONDS have passed
#   status BASE ID                    one line: the only thing a controller decides on
#   cancel BASE ID GRACE              TERM, after GRACE seconds KILL, the whole tree; before the start: never start
#   ack    BASE ID                    the controller has the result in durable history
#   gc     BASE DAYS                  forget what was acknowledged DAYS ago; a tombstone keeps the id from starting again
#   run    BASE ID                    internal: the supervisor
#
# Answers, after the line "durable-job 1" (a login shell may have printed something before it):
#   D out|err OFFSET LENGTH + bytes + newline      output
#   H state=...    the job goes on      P state=...  SECONDS have passed, ask again      X state=...  nothing more to say
#
# Lines that begin with ": crash-point" do nothing. Tests put a `kill -9 $$` there.
set -u
umask 077
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
note='' # what a supervisor said that did not start
SPARE=/run/openstack-upgrade # where a result waits while the disk takes nothing; not durable, but better than nothing

say() { printf '%s\n' "$*" || exit 0; } # the reader is gone: nothing left to do here

field() { # NAME "a=1 b=2": sets VALUE, without a fork
  VALUE=
  for word in $2; do case $word in "$1"=*) VALUE=${word#*=} && return 0 ;; esac; done
  return 1
}

# ------------------------------------------------------------------------------------------------ looking at the host

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
    *) say "X state=HOST_FAULT text=cannot probe the lock $1: is flock (util-linux) installed?" && exit 0 ;;
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
same_boot() {
  started=
  { read -r started <"$J/started"; } 2>/dev/null
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
promote_result() { # the supervisor died between writing its result and renaming it
  if whole_result "$J/rc.tmp"; then
    mv -T "$J/rc.tmp" "$J/rc" 2>/dev/null
  elif whole_result "$SPARE/$ID.rc"; then
    printf '%s\n' "$RESULT" >"$J/rc.$$" && sync "$J/rc.$$" && mv -T "$J/rc.$$" "$J/rc"
  fi
}

look() { # sets STATE, LINE, SIZE_OUT, SIZE_ERR, WAIT_ON
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
    if lock_held "$J/sup.lock"; then
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
      read -r waiting <"$J/waiting"
      field up "$waiting" && uptime_ms && LINE="$LINE ms=$((UP - VALUE))"
      field mutex "$waiting" && LINE="$LINE mutex=$VALUE" && { read -r holder <"$B/mutex/$VALUE"; } 2>/dev/null && LINE="$LINE holder=$holder"
      ;;
  esac
}

# ------------------------------------------------------------------------------------------------------- publishing

fault() { # TEXT: sorts a failure to write into "the disk is full" and the rest
  text=$(printf '%s' "$1" | tr '\n' ' ')
  set -- $(stat -f -c '%f %d %c' "$B" 2>/dev/null)
  case $text in
    *'No space left'* | *'quota exceeded'*) kind=NO_SPACE ;;
    *) if [ "${1:-999}" -lt 16 ] || { [ "${2:-1}" = 0 ] && [ "${3:-0}" != 0 ]; }; then kind=NO_SPACE; else kind=HOST_FAULT; fi ;;
  esac
  say "X state=$kind text=$text"
  exit 0
}

publish() { # SHA LENGTH; exits 65 when the script came incomplete. All or nothing: rename(2) of a finished directory
  # Each by itself: others keep papers below the base, so that one of these may be there without the rest.
  { [ -d "$B/jobs" ] && [ -d "$B/tmp" ] && [ -d "$B/tomb" ] && [ -d "$B/mutex" ] && [ -d "$B/runs" ]; } || { mkdir -p "$B/jobs" "$B/tmp" "$B/tomb" "$B/mutex" "$B/runs" && sync "$B"; } || exit 74
  if [ ! -s "$B/incarnation" ]; then
    read -r inc </proc/sys/kernel/random/uuid
    printf '%s\n' "$inc" >"$B/tmp/inc.$$" && sync "$B/tmp/inc.$$" || exit 74
    ln "$B/tmp/inc.$$" "$B/incarnation" 2>/dev/null
    rm -f "$B/tmp/inc.$$"
    sync "$B"
  fi
  T=$B/tmp/$ID.$$
  mkdir "$T" || exit 74
  : crash-point empty-directory
  head -c "$2" >"$T/script" || exit 74
  : crash-point uploaded
  sum=$(sha256sum <"$T/script") && [ "${sum%% *}" = "$1" ] || exit 65
  # The job keeps its own copy of this program: a newer release must not change the rules of a job that is running.
  # rc.tmp gets the block that the result will need, so that a full disk cannot swallow an exit code.
  cp "$0" "$T/durable-job.sh" && printf '%s\n' "$1" >"$T/sha" && printf '%4096s' '' >"$T/rc.tmp" || exit 74
  for name in sup.lock tree.lock sup.log out err; do : >"$T/$name" || exit 74; done
  sync "$T"/* "$T" || exit 74
  : crash-point before-publish
  mv -T "$T" "$J" 2>/dev/null # onto a job that is there already it fails: exactly one publisher wins
  [ -d "$J" ] && sync "$B/jobs" || exit 74
  : crash-point after-publish
}

ensure() { # SHA LENGTH MODE
  if [ ! -e "$B/tomb/$ID" ] && [ ! -d "$J" ] && [ "$3" = start ]; then
    trouble=$(publish "$1" "$2" 2>&1)
    rc=$?
    [ -e "$B/tmp/$ID.$$" ] && rm -rf "$B/tmp/$ID.$$"
    [ "$rc" = 65 ] && say 'X state=BAD_UPLOAD' && exit 0
    [ "$rc" = 0 ] || fault "$trouble"
  fi
  [ -d "$J" ] || return 0
  read -r known <"$J/sha"
  [ "$known" = "$1" ] || { say "X state=CONFLICT sha=$known" && exit 0; }
  [ "$3" = start ] && [ ! -e "$J/started" ] || return 0
  setsid sh "$J/durable-job.sh" run "$B" "$ID" </dev/null >>"$J/sup.log" 2>&1 &
  supervisor=$!
  turn=0
  while [ ! -e "$J/started" ] && [ ! -e "$J/waiting" ]; do
    turn=$((turn + 1))
    [ $turn -lt 120 ] || fault "the supervisor did not start the command within 5 seconds: $(tail -n 3 "$J/sup.log")"
    # A rival's supervisor may have won, or ours has died. `follow` tells; sup.log says why.
    kill -s 0 "$supervisor" 2>/dev/null || { note=$(tail -n 3 "$J/sup.log" | tr '\n' ' ') && return 0; }
    if [ $turn -lt 20 ]; then sleep 0.01; else sleep 0.05; fi
  done
}

# ------------------------------------------------------------------------------------------------------- following

drain() { # out|err FROM TO: frames of at most 1 MiB
  at=$2
  while [ "$at" -lt "$3" ]; do
    part=$(($3 - at))
    [ "$part" -gt 1048576 ] && part=1048576
    printf 'D %s %s %s\n' "$1" "$at" "$part" || exit 0
    dd if="$J/$1" bs=65536 iflag=skip_bytes,count_bytes,fullblock skip="$at" count="$part" status=none || exit 74
    printf '\n' || exit 0
    at=$((at + part))
  done
}

follow() { # OUT ERR SECONDS
  from_out=$1 from_err=$2 tick=0.02
  uptime_ms
  until_ms=$((UP + $3 * 1000))
  while :; do
    look # decides before the output is drained: what is final here has written its last byte
    drain out "$from_out" "$SIZE_OUT" && [ "$SIZE_OUT" -gt "$from_out" ] && from_out=$SIZE_OUT
    drain err "$from_err" "$SIZE_ERR" && [ "$SIZE_ERR" -gt "$from_err" ] && from_err=$SIZE_ERR
    case $STATE in
      RUNNING | ORPHANED | STARTING | WAITING_MUTEX) ;;
      *) say "X $LINE${note:+ text=$note}" && return ;;
    esac
    uptime_ms
    [ "$UP" -ge "$until_ms" ] && say "P $LINE" && return
    say "H $LINE"
    # Sleeping on the lock that the supervisor holds wakes us the moment it is done.
    if [ -n "$WAIT_ON" ]; then flock -s -w "$tick" 7 7<"$WAIT_ON"; else sleep "$tick"; fi
    case $tick in 0.02) tick=0.05 ;; 0.05) tick=0.1 ;; 0.1) tick=0.2 ;; *) tick=0.5 ;; esac
  done
}

# ------------------------------------------------------------------------------------------- ending, acknowledging

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

write_token() { # TEXT: consumes the right to start, once and for ever. 0 = it was ours
  token=$J/started.$$
  printf '%s\n' "$1" >"$token" && sync "$token" || exit 74
  ln "$token" "$J/started" || { rm -f "$token" && return 1; }
  sync "$J" || exit 74
}
write_result() { # LINE: in place, into the block reserved at publishing, then renamed; stays until it is durable
  until { printf '%s\n' "$1" 1<>"$J/rc.tmp" && sync "$J/rc.tmp"; } 2>/dev/null && : crash-point result-written &&
    mv -T "$J/rc.tmp" "$J/rc" && sync "$J"; do
    mkdir -p "$SPARE" 2>/dev/null && printf '%s\n' "$1" >"$SPARE/$ID.rc" 2>/dev/null
    sleep 2
  done
}

cancel() { # GRACE
  [ -d "$J" ] && [ ! -e "$B/tomb/$ID" ] || return 0
  printf '%s\n' "$1" >"$J/grace"
  boot_epoch
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  if [ ! -e "$J/started" ] && write_token "boot=$BOOT sup=0 at=$at" 2>/dev/null; then
    write_result "v1 rc=143 why=cancel out=0 err=0 at=$at ms=0 end"
    return
  fi
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

collect_garbage() { # DAYS. The tombstone first: an id must not come to life again
  now=$(date +%s)
  for J in "$B"/jobs/*; do
    [ -e "$J/acked" ] && [ $((now - $(stat -c %Y "$J/acked"))) -ge $(($1 * 86400)) ] || continue
    ID=${J##*/}
    look
    case $STATE in
      EXITED) line=$RESULT ;;
      INTERRUPTED_*) line="v1 why=$STATE end" ;;
      *) continue ;;
    esac
    printf '%s\n' "$line" >"$B/tomb/.$ID" && sync "$B/tomb/.$ID" && mv -T "$B/tomb/.$ID" "$B/tomb/$ID" && sync "$B/tomb" && rm -rf "$J"
  done
  for T in "$B"/tmp/*; do
    [ -e "$T" ] && [ $((now - $(stat -c %Y "$T"))) -gt 86400 ] && rm -rf "$T"
  done
  say 'X state=COLLECTED'
}

# ------------------------------------------------------------------------------------------------------- supervisor

mutex_owner_lives() { # its supervisor may be dead and its command alive: then the resource is not free
  { read -r owner <"$B/mutex/$mutex"; } 2>/dev/null || return 1
  [ -n "$owner" ] && [ "$owner" != "$ID" ] && [ -d "$B/jobs/$owner" ] && [ ! -e "$B/jobs/$owner/rc" ] || return 1
  (J=$B/jobs/$owner && [ -e "$J/started" ] && tree_alive)
}
take_mutex() { # before the token: a job that waits has not started. `cancel` ends the waiting by taking the token itself
  exec 6>>"$B/mutex/$mutex" || exit 74
  if ! flock -n 6 || mutex_owner_lives; then
    uptime_ms
    printf 'mutex=%s up=%s\n' "$mutex" "$UP" >"$J/waiting"
    until flock -w 1 6 && ! mutex_owner_lives; do
      [ -e "$J/started" ] && exit 0
      if flock -n 6; then sleep 1; fi
    done
  fi
  printf '%s\n' "$ID" 1<>"$B/mutex/$mutex"
}

stop_job() {
  signalled=1
  [ -n "$job" ] || return 0
  # "--" with -s: dash takes `kill -TERM -- -1` for an illegal number, silently. No group yet: the process itself.
  { kill -s TERM -- "-$job" || kill -s TERM "$job"; } 2>/dev/null
  [ "$why" = cancel ] && [ -z "$timer" ] || return 0
  grace=10
  { read -r grace <"$J/grace"; } 2>/dev/null
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
  read -r header <"$J/script"
  field mutex "$header" && mutex=$VALUE && take_mutex
  : crash-point before-token
  # The tree lock before the token, and waiting for it: giving up after the token is consumed would lose the job.
  exec 8>>"$J/tree.lock" || exit 74
  flock -w 60 8 || exit 75
  why='' signalled='' job='' timer=''
  trap 'why=${why:-cancel}; stop_job' USR1 # before the token: whoever sees the token may signal us
  trap 'why=${why:-supervisor_term}; stop_job' TERM
  boot_epoch
  start_time $$
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  uptime_ms
  begun_up=$UP
  write_token "boot=$BOOT sup=$$ supstart=$START up=$UP at=$at" || exit 0
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
      exec setsid sh "$J/script" </dev/null >>"$J/out" 2>>"$J/err" 6>&- 9>&-
    ) &
    job=$!
    exec 8>&- # now only the job has it: held as long as one of its processes lives
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
    grace=10
    { read -r grace <"$J/grace"; } 2>/dev/null
    sweep_until_empty "$grace" || left=' left=1'
  fi
  : crash-point before-result
  uptime_ms
  set -- $(stat -c %s "$J/out" "$J/err")
  result="rc=$rc why=${why:-exit} out=$1 err=$2 at=$at ms=$((UP - begun_up))$left"
  write_result "v1 $result end"
  : crash-point after-result
  field run "$header" && run=$VALUE
  field step "$header" && step=$VALUE
  { [ -d "$B/runs/$run" ] || mkdir -p "$B/runs/$run"; } && printf '%s\n' "$at step=$step job=$ID $result" >>"$B/runs/$run/DONE"
  exec 9>&- 6>&- # wakes the followers and the next owner of the mutex
  logger -t openstack-upgrade "run=$run step=$step job=$ID $result" </dev/null >/dev/null 2>&1 &
  exit 0
}

# ------------------------------------------------------------------------------------------------------------ verbs

verb=$1 B=$2 ID=${3:-}
J=$B/jobs/$ID
case $verb in
  status | follow | cancel | ack) # an existing job is handled by the copy it was started with
    [ "$0" = "$J/durable-job.sh" ] || [ ! -e "$J/durable-job.sh" ] || exec sh "$J/durable-job.sh" "$@"
    ;;
esac
[ "$verb" = run ] || say 'durable-job 1'
case $verb in
  ensure)
    ensure "$4" "$5" "$6"
    follow "$7" "$8" "$9"
    ;;
  follow) follow "$4" "$5" "$6" ;;
  status) look && say "X $LINE" ;;
  cancel) cancel "$4" && look && say "X $LINE" ;;
  ack) acknowledge && say "X $LINE" ;;
  gc) collect_garbage "$3" ;;
  run) supervise ;;
  *) exit 64 ;;
esac
