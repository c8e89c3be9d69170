# --------------------------------------------------------------------------------------------------------------
# What is no job: a script that reads, and papers for people.

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

is_plain_path() { # PATH: relative, and it stays below where it begins
  case /$1/ in //* | */../* | */./* | *//*) return 1 ;; esac
  case $1 in *[!A-Za-z0-9._:@%+=,/-]*) return 1 ;; esac
}
lay_papers() { # DIRECTORY. Standard input: for each file a line "LENGTH PATH" and its bytes; then the line "end"
  dir=${1#"$B/"}
  [ "$dir" != "$1" ] && is_plain_path "$dir" || { say "X state=HOST_FAULT text=papers are laid below $B only, not in $1" && exit 0; }
  make_base || exit 74
  T=$B/tmp/papers.$$
  mkdir "$T" || exit 74
  number=0
  while read -r length name && [ "$length" != end ]; do
    is_plain_path "$name" || { echo "no name for a paper: $name" && exit 64; }
    number=$((number + 1))
    # dd, because not every head leaves the next file's bytes in the pipe
    dd bs=65536 iflag=fullblock,count_bytes count="$length" status=none >"$T/$number" || exit 74
    echo "$name" >>"$T/names"
  done
  [ "$length" = end ] || exit 65
  sync "$T"/* || exit 74
  : crash-point papers-taken
  number=0 places=..
  while read -r name; do
    number=$((number + 1))
    case $name in */*) sub=${name%/*} ;; *) sub=. ;; esac
    case " $places " in *" $sub "*) ;; *) places="$places $sub" && mkdir -p "$B/$dir/$sub" || exit 74 ;; esac
    mv -T "$T/$number" "$B/$dir/$name" || exit 74
  done <"$T/names"
  cd "$B/$dir" && sync $places || exit 74 # plain names, without blanks; each has entries that are new
}
lay() { # DIRECTORY: answers
  trouble=$(lay_papers "$1" 2>&1)
  rc=$?
  rm -rf "$B/tmp/papers.$$"
  case $rc in
    0) [ -z "$trouble" ] && say 'X state=LAID' || say "$trouble" ;;
    65) say 'X state=BAD_UPLOAD' ;;
    *) fault "$trouble" ;;
  esac
}

