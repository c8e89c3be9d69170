# --------------------------------------------------------------------------------------------------------------
# Putting a job on the host: all of it or nothing, and once.

no_room() { # blocks or inodes; some filesystems have no fixed number of inodes and report none
  set -- $(stat -f -c '%f %d %c' "$B" 2>/dev/null)
  [ "${1:-999}" -lt 16 ] || { [ "${2:-1}" = 0 ] && [ "${3:-0}" != 0 ]; }
}
fault() { # TEXT: sorts a failure to write into "the disk is full" and the rest
  text=$(printf '%s' "$1" | tr '\n' ' ')
  kind=HOST_FAULT
  case $text in *'No space left'* | *'quota exceeded'*) kind=NO_SPACE ;; esac
  no_room && kind=NO_SPACE
  [ "$WHO" = program ] || refuse "it was not completed: $text. Check the state: $COMMAND status"
  say "X state=$kind text=$text"
  exit 0
}

make_base() {
  # Each by itself: others keep files below the base, so that one of these may be there without the rest.
  for name in jobs tmp tomb mutex runs fences; do
    [ -d "$B/$name" ] || { mkdir -p "$B/$name" && sync "$B"; } || exit 74
  done
  [ ! -s "$B/incarnation" ] || return 0
  read -r inc </proc/sys/kernel/random/uuid
  printf '%s\n' "$inc" >"$B/tmp/inc.$$" && sync "$B/tmp/inc.$$" || exit 74
  ln "$B/tmp/inc.$$" "$B/incarnation" 2>/dev/null
  rm -f "$B/tmp/inc.$$"
  [ -s "$B/incarnation" ] && sync "$B" || exit 74 # without it nobody could tell that the host lost its memory
}
publish() { # SHA LENGTH; exits 65 when the script came incomplete. All or nothing: rename(2) of a finished directory
  T=$B/tmp/$ID.$$
  mkdir "$T" || exit 74
  : crash-point empty-directory
  head -c "$2" >"$T/script" || exit 74
  : crash-point uploaded
  sum=$(sha256sum <"$T/script") || exit 74
  if [ "${sum%% *}" != "$1" ]; then
    no_room && exit 74 # not every head says that it could not write
    exit 65
  fi
  # The job keeps its own copy of this program: a newer release must not change the rules of a job that is running.
  # rc.tmp gets the block that the result will need, so that a full disk cannot swallow an exit code.
  cp "$0" "$T/durable-job.sh" && printf '%s\n' "$1" >"$T/sha" && printf '%4096s' '' >"$T/rc.tmp" || exit 74
  for name in sup.lock tree.lock sup.log out err; do : >"$T/$name" || exit 74; done
  sync "$T"/* "$T" || exit 74
  : crash-point before-publish
  mv -T "$T" "$J" 2>/dev/null # onto a job that is there already it fails: exactly one publisher wins
  # The base too: whoever made a directory in it may have failed to make that durable.
  [ -d "$J" ] && sync "$B/jobs" "$B" || exit 74
  : crash-point after-publish
}

same_boot_as() { # BOOT: what was found then still holds. Empty: nobody looked
  read -r boot </proc/sys/kernel/random/boot_id
  [ -z "$1" ] || [ "$boot" = "$1" ]
}
ensure() { # SHA LENGTH MODE BOOT
  if [ "$3" = start ] && [ ! -e "$J/started" ] && [ ! -e "$B/tomb/$ID" ]; then
    same_boot_as "$4" || { say 'X state=NOT_READY' && exit 0; }
    refuse_unless_obeyed
    trouble=$({ make_base && remember_fence && { [ -d "$J" ] || publish "$1" "$2"; }; } 2>&1)
    rc=$?
    [ -e "$B/tmp/$ID.$$" ] && rm -rf "$B/tmp/$ID.$$"
    [ "$rc" = 65 ] && say 'X state=BAD_UPLOAD' && exit 0
    [ "$rc" = 0 ] || fault "$trouble"
  fi
  [ -d "$J" ] || return 0
  known=''
  { read -r known <"$J/sha"; } 2>/dev/null
  [ ! -e "$B/tomb/$ID" ] || return 0 # it is being collected
  [ "$known" = "$1" ] || { say "X state=CONFLICT sha=$known" && exit 0; }
  [ "$3" = start ] && [ ! -e "$J/started" ] || return 0
  setsid sh "$J/durable-job.sh" run "$B" "$ID" "$CLOUD" "$FENCE" </dev/null >>"$J/sup.log" 2>&1 &
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

