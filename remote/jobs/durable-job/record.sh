# --------------------------------------------------------------------------------------------------------------
# What must survive a power cut: that the job was started, and how it ended. And what people read afterwards.

note_on_host() { # LINE: in the host's journal and in our own log; nothing is decided on it
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$B/log"
  logger -t openstack-upgrade "$1" </dev/null >/dev/null 2>&1 5>&- &
}

write_token() { # TEXT: consumes the right to start, once and for ever. 0 = it was ours
  token=$J/started.$$
  printf '%s\n' "$1" >"$token" && sync "$token" || exit 74
  ln "$token" "$J/started" || { rm -f "$token" && return 1; }
  sync "$J" || exit 74
}
note_done() { # LINE: for people who read the host afterwards; nothing is decided on it
  read -r header <"$J/script"
  field run "$header" && run=$VALUE
  field step "$header" && step=$VALUE
  line="step=$step job=$ID $1"
  { [ -d "$B/runs/$run" ] || mkdir -p "$B/runs/$run"; } && printf '%s\n' "$line" >>"$B/runs/$run/DONE"
  logger -t openstack-upgrade "run=$run $line" </dev/null >/dev/null 2>&1 6>&- 9>&- &
}
write_result() { # FIELDS: in place, into the block reserved at publishing, then renamed; stays until it is durable
  noted='' spared=''
  until { printf 'v1 %s end\n' "$1" 1<>"$J/rc.tmp" && sync "$J/rc.tmp"; } 2>/dev/null && : crash-point result-written &&
    { [ -n "$noted" ] || note_done "$1" || :; } && noted=1 && mv -T "$J/rc.tmp" "$J/rc" && sync "$J"; do
    spare_place
    mkdir -p "$SPARE" 2>/dev/null && printf 'v1 %s end\n' "$1" >"$SPARE_RESULT" 2>/dev/null && spared=1
    sleep 2
  done
  [ -z "$spared" ] || rm -f "$SPARE_RESULT"
}

