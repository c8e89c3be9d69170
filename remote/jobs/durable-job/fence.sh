# --------------------------------------------------------------------------------------------------------------
# Whom this host obeys. Every owner of a cloud has a larger number than the one before; a request that may alter
# something carries it, and the host refuses an older one. While a person has taken the host over, it refuses them all.
#
#   fences/CLOUD, taken-over    four lines: number (taken-over: none), since when, by whom, why
#   fence.lock                  shared: from the check to the start token; exclusive: while the fence changes

read_holder() { # FILE: sets NUMBER SINCE BY REASON. A file that is there and says nothing is no fence of 0
  NUMBER=0 SINCE='' BY='' REASON=''
  [ -e "$1" ] || return 0
  { { read -r NUMBER && read -r SINCE && read -r BY && read -r REASON; } <"$1"; } 2>/dev/null
  case $NUMBER in
    '' | *[!0-9]*) say "X state=HOST_FAULT text=cannot read $1, which names the owner of this host" && exit 0 ;;
  esac
}
fence_line() { # STATE: the fence of CLOUD as a line; blanks may stand in names and reasons, tabs may not
  read_holder "$B/taken-over"
  taken=$SINCE taken_words="$BY$TAB$REASON"
  read_holder "$B/fences/${CLOUD:-.no-cloud}"
  LINE="state=$1 cloud=$CLOUD number=$NUMBER since=$SINCE taken=$taken text=$BY$TAB$REASON$TAB$taken_words"
}
is_obeyed() { # the request of CLOUD's owner FENCE. Without a cloud there is no number to compare
  [ "$WHO" != person ] || return 0
  [ ! -e "$B/taken-over" ] || return 1
  [ -n "$CLOUD" ] || return 0
  read_holder "$B/fences/$CLOUD"
  [ "$NUMBER" -le "$FENCE" ]
}
hold_fence() { # shared|exclusive: it cannot change, or nobody can act on it, until release_fence
  exec 5>>"$B/fence.lock" || exit 74
  if [ "$1" = shared ]; then flock -s -w 30 5; else flock -w 30 5; fi && return 0
  echo 'another process has held fence.lock for 30 seconds' >&2
  return 1
}
release_fence() { exec 5>&-; }

refuse_unless_obeyed() { # answers for a request that is not
  is_obeyed && return 0
  fence_line FENCED
  say "X $LINE" && exit 0
}
write_holder() { # FILE NUMBER BY REASON: durable, and whole or not at all
  printf '%s\n%s\n%s\n%s\n' "$2" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$3" "$4" >"$B/tmp/holder" &&
    : crash-point holder-written && sync "$B/tmp/holder" && mv -T "$B/tmp/holder" "$1" && sync "${1%/*}"
}
raise_fence() { # BY REASON: CLOUD's number becomes FENCE; it never falls. Returns when no older request can start anything
  hold_fence exclusive || return 74
  read_holder "$B/fences/$CLOUD"
  if [ "$NUMBER" -lt "$FENCE" ]; then
    write_holder "$B/fences/$CLOUD" "$FENCE" "$1" "$2" || return 74
    note_on_host "fence cloud=$CLOUD number=$FENCE by=$1 reason=$2"
  else # a raise before this one may have written it and then failed to make it durable
    sync "$B/fences/$CLOUD" "$B/fences" || return 74
  fi
  : crash-point fence-raised
  release_fence
}
tell_fence() { # BY REASON: as raise_fence, for a caller who hears why it failed
  trouble=$({ make_base && raise_fence "$1" "$2"; } 2>&1) || fault "$trouble"
}
remember_fence() { # the first request of a new owner tells the host as well as a raise does
  [ -n "$CLOUD" ] && read_holder "$B/fences/$CLOUD" && [ "$NUMBER" -lt "$FENCE" ] || return 0
  raise_fence '' 'the first request with this number'
}

