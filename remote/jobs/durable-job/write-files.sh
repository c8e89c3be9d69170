# --------------------------------------------------------------------------------------------------------------
# Files for people: the runbook, scripts, reports.

is_plain_path() { # PATH: relative, and it stays below where it begins
  case /$1/ in //* | */../* | */./* | *//*) return 1 ;; esac
  case $1 in *[!A-Za-z0-9._:@%+=,/-]*) return 1 ;; esac
}
write_all() { # DIRECTORY. Standard input: for each file a line "LENGTH PATH" and its bytes; then the line "end"
  dir=${1#"$B/"}
  [ "$dir" != "$1" ] && is_plain_path "$dir" || { say "X state=HOST_FAULT text=files are written below $B only, not to $1" && exit 0; }
  make_base || exit 74
  T=$B/tmp/files.$$
  mkdir "$T" || exit 74
  number=0
  while read -r length name && [ "$length" != end ]; do
    is_plain_path "$name" || { echo "not a valid file name: $name" && exit 64; }
    number=$((number + 1))
    # dd, because not every head leaves the next file's bytes in the pipe
    dd bs=65536 iflag=fullblock,count_bytes count="$length" status=none >"$T/$number" || exit 74
    echo "$name" >>"$T/names"
  done
  [ "$length" = end ] || exit 65
  sync "$T"/* || exit 74
  : crash-point files-received
  number=0 places=..
  while read -r name; do
    number=$((number + 1))
    case $name in */*) sub=${name%/*} ;; *) sub=. ;; esac
    case " $places " in *" $sub "*) ;; *) places="$places $sub" && mkdir -p "$B/$dir/$sub" || exit 74 ;; esac
    mv -T "$T/$number" "$B/$dir/$name" || exit 74
  done <"$T/names"
  cd "$B/$dir" && sync $places || exit 74 # plain names, without blanks; each has entries that are new
}
write_files() { # DIRECTORY: answers
  trouble=$(write_all "$1" 2>&1)
  rc=$?
  rm -rf "$B/tmp/files.$$"
  case $rc in
    0) [ -z "$trouble" ] && say 'X state=WRITTEN' || say "$trouble" ;;
    65) say 'X state=BAD_UPLOAD' ;;
    *) fault "$trouble" ;;
  esac
}

