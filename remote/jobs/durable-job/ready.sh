# --------------------------------------------------------------------------------------------------------------
# Can this host keep the promise, and is the program there? Also sent as text, behind begin.sh, to a host that has no
# program yet.

# Their locks, links and renames are another machine's promise, or nobody's.
SHARED_FILESYSTEMS='nfs|cifs|smb|smb2|ncp|novell|afs|k-afs|coda|ceph|gfs/gfs2|gpfs|ocfs2|lustre|fuseblk|fhgfs|panfs|acfs|snfs|ibrix|v9fs|vboxsf|vmhgfs|prl_fs'

missing_tools() { # sets MISSING. Without one of these the program would guess: no flock, for one, looks like a lock always held
  MISSING=
  for tool in flock setsid sha256sum stat dd ln mv cp rm mkdir sync head tail tr date sleep sort grep; do
    command -v "$tool" >/dev/null || MISSING="$MISSING $tool"
  done
}
logind_kills_jobs() {
  # setsid is enough against a lost connection and a restart of sshd (KillMode=process), not against this setting. A
  # scope of its own by systemd-run would help, but wants D-Bus, while packages such as dbus are upgraded.
  command -v busctl >/dev/null || return 1
  case $(timeout 5 busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null) in
    *true) return 0 ;;
    *) return 1 ;;
  esac
}
take_program() { # SHA256 LENGTH PATH: on standard input
  mkdir -p "$B/bin" && head -c "$2" >"$3.$$" || exit 74
  sum=$(sha256sum <"$3.$$")
  [ "${sum%% *}" = "$1" ] || { rm -f "$3.$$" && echo cut && exit 0; }
  ln "$3.$$" "$3.$$.probe" || { rm -f "$3.$$" && echo "missing hard links on the filesystem of $B" && exit 0; }
  rm -f "$3.$$.probe"
  sync "$3.$$" && mv -T "$3.$$" "$3" && sync "$B/bin" "$B" || exit 74
}

# Answers facts, a line each, and at last one of: published, wanted (the program is not there), cut (the upload was
# incomplete), missing WHAT.
make_ready() { # BASE SHA256 LENGTH look|upload root|user
  B=$1
  echo # a login shell may have greeted without ending its line
  missing_tools
  [ -z "$MISSING" ] || { echo "missing$MISSING" && exit 0; }
  [ -r /proc/1/stat ] && [ -r /proc/sys/kernel/random/boot_id ] || { echo 'missing a readable /proc' && exit 0; }
  [ "$5" = root ] || ! logind_kills_jobs || { echo 'missing KillUserProcesses=no in /etc/systemd/logind.conf (logind kills jobs when the connection ends)' && exit 0; }
  read -r boot </proc/sys/kernel/random/boot_id
  echo "boot=$boot clock=$(date +%s%3N)"
  mkdir -p "$B" || exit 74
  set -- "$@" $(stat -f -c '%S %a %d %c %T' "$B")
  echo "filesystem=${10} free_bytes=$(($6 * $7)) free_inodes=$8 inodes=$9"
  case "|$SHARED_FILESYSTEMS|" in
    *"|${10}|"*) echo "missing a local filesystem: $B is on ${10}, whose locks are not kept by this host" && exit 0 ;;
  esac
  program=$B/bin/durable-job-$2.sh
  if [ ! -s "$program" ]; then
    [ "$4" = upload ] || { echo wanted && exit 0; }
    take_program "$2" "$3" "$program"
  fi
  echo published
  exit 0
}

