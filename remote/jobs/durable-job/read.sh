# --------------------------------------------------------------------------------------------------------------
# A script that only reads: it is no job.

read_host() { # LENGTH SHA256: runs the script on standard input as root, whole or not at all
  mkdir -p "$SPARE" && head -c "$1" >"$SPARE/read.$$" || exit 74
  sum=$(sha256sum <"$SPARE/read.$$")
  [ "${sum%% *}" = "$2" ] || { rm -f "$SPARE/read.$$" && echo 'the script arrived incomplete and was not run' >&2 && exit 65; }
  logger -t openstack-upgrade "read user=${SUDO_USER:-root} bytes=$1 sha256=$2" </dev/null >/dev/null 2>&1 &
  exec 3<"$SPARE/read.$$"
  rm -f "$SPARE/read.$$"
  umask 022
  unset LC_ALL # ours; the script shall find what it finds with any other way to become root
  exec sh -s <&3 3<&-
}

