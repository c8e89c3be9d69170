# --------------------------------------------------------------------------------------------------------------
# Output from a byte offset, in frames, until the job is over.

TAIL_BYTES=2048 # as the controller's OutputTail
drain() { # out|err FROM TO: frames of at most 1 MiB
  at=$2
  [ -z "$tail_only" ] || [ $(($3 - at)) -le $TAIL_BYTES ] || at=$(($3 - TAIL_BYTES))
  while [ "$at" -lt "$3" ]; do
    part=$(($3 - at))
    [ "$part" -gt 1048576 ] && part=1048576
    printf 'D %s %s %s\n' "$1" "$at" "$part" || exit 0
    dd if="$J/$1" bs=65536 iflag=skip_bytes,count_bytes,fullblock skip="$at" count="$part" status=none || exit 74
    printf '\n' || exit 0
    at=$((at + part))
  done
}

follow() { # OUT ERR SECONDS. tOUT tERR: of what is new at any moment only the last bytes; nobody collects the whole
  tail_only=
  case $1 in t*) tail_only=1 ;; esac
  from_out=${1#t} from_err=${2#t} tick=0.02
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

