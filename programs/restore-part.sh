#!/bin/sh
# Writes what a host keeps for a rollback as one JSON object: part.json in its restore point, and part.list, which names each file
# of it with its SHA-256 and its size. For a host, run as root.
#
#     restore-part HOST POINT POOL PATH...    POINT, POOL: the run's directories. PATH: files and directories of the host of which
#                                             every file is listed, with owner and mode; those that are not there are left out
#
# It needs no Python: a load balancer and a database host may have none. What is sealed (SHA256SUMS) is named as its seal says, and
# hashed by whoever reads the list. A name with a line break, a tab or a backslash is counted and not listed.
set -eu
LC_ALL=C
export LC_ALL
host=$1 point=$2 pool=$3
shift 3
tab=$(printf '\t')
line_break='
'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$point"

# Objects of one JSON array out of lines. NAMES: of the columns; one that ends in # holds a number.
objects() { # NAMES
  awk -F '\t' -v names="$1" '
    function text(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
    BEGIN { n = split(names, name, " "); printf "[" }
    { printf "%s{", NR == 1 ? "" : ","
      for (i = 1; i <= n; i++) {
        key = name[i]; number = sub(/#$/, "", key)
        printf "%s\"%s\":%s", i == 1 ? "" : ",", key, number ? $i + 0 : text($i)
      }
      printf "}" }
    END { printf "]" }'
}
texts() { # an array of strings out of lines
  awk '{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "%s\"%s\"", NR == 1 ? "[" : ",", $0 } END { printf "%s", NR == 0 ? "[]" : "]" }'
}
sealed() { # DIRECTORY: "sha256<TAB>bytes<TAB>path" of every seal below it, and of every file that one names
  find "$1" -type f -name '*SHA256SUMS' ! -path '*/inbox/*' ! -path '*/copy/*' ! -path '*/hosts/*' | sort | while read -r seal; do
    while read -r sum name; do
      printf '%s\t%s\t%s\n' "$sum" "$(stat -c %s "${seal%/*}/$name")" "${seal%/*}/$name"
    done <"$seal"
    printf '%s\t%s\t%s\n' "$(sha256sum <"$seal" | cut -d ' ' -f 1)" "$(stat -c %s "$seal")" "$seal"
  done | sed "s,$tab\\./,$tab,"
}
lines_of() { # FILE: how many; none where it is missing
  if test -e "$1"; then wc -l <"$1"; else echo 0; fi
}
schemas() { # every dump that is sealed; the last one of a schema is what a rollback loads
  separator=
  for seal in db/*/prepare.SHA256SUMS db/*/final.SHA256SUMS; do
    test -e "$seal" || continue
    directory=${seal%/*} moment=${seal##*/}
    moment=${moment%.SHA256SUMS}
    grep '\.sql\.' "$seal" >"$work/dump"
    read -r sum name <"$work/dump"
    # Of the dump that is made while the service runs nobody knows how many rows it should hold: what was loaded counts.
    counts=$directory/$moment.counts loaded=false
    test "$moment" = final || counts=$directory/prepare.loaded
    if test -s "$directory/$moment.loaded" && cmp -s "$directory/$moment.loaded" "$counts"; then loaded=true; fi
    printf '%s{"schema":"%s","moment":"%s","file":"%s","sha256":"%s","bytes":%s,"plainBytes":%s,"madeAt":"%s","loaded":%s,"revisions":' \
      "$separator" "${directory#db/}" "$moment" "$directory/$name" "$sum" "$(stat -c %s "$directory/$name")" \
      "$(cat "$directory/$moment.bytes" 2>/dev/null || echo null)" \
      "$(date -u -d "@$(stat -c %Y "$directory/$name")" +%FT%TZ)" "$loaded"
    cat "$directory/$moment.revisions" 2>/dev/null | texts
    printf ',"tables":'
    cat "$counts" 2>/dev/null | objects 'table rows#'
    printf '}'
    separator=,
  done
}

for path; do
  test ! -e "$path" || printf '%s\0' "$path"
done >"$work/paths"
: >"$work/listed"
count=0
if test -s "$work/paths"; then
  export tab line_break
  xargs -0 sh -c 'find "$@" -xdev \( -type f -o -type l \) -printf .' find <"$work/paths" >"$work/all"
  xargs -0 sh -c 'find "$@" -xdev \( -type f -o -type l ! -lname "*$line_break*" \) ! -path "*$line_break*" ! -path "*$tab*" ! -path "*\\\\*" -printf "%y\t%m\t%u\t%g\t%s\t%p\t%l\n"' find <"$work/paths" >"$work/listed"
  count=$(($(wc -c <"$work/all") - $(wc -l <"$work/listed")))
  sort -t "$tab" -k 6 -u -o "$work/listed" "$work/listed"
fi
awk -F '\t' '$1 == "f"' "$work/listed" >"$work/files"
awk -F '\t' '$1 == "l" { print $6 "\t" $7 }' "$work/listed" >"$work/links"
cut -f 6 "$work/files" | tr '\n' '\0' | xargs -0 -r sha256sum | cut -d ' ' -f 1 >"$work/sums"
test "$(wc -l <"$work/sums")" -eq "$(wc -l <"$work/files")"
cut -f 2-6 "$work/files" | paste "$work/sums" - >"$work/rows"

sealed . >"$work/kept"
if test -d "$pool/old"; then (cd "$pool" && sealed old | grep -v 'SHA256SUMS$') >"$work/packages"; else : >"$work/packages"; fi
{
  printf '{"host":"%s","writtenAt":"%s",' "$host" "$(date -u +%FT%TZ)"
  printf '"packages":{"installed":%s,"automatic":%s,"holds":' "$(lines_of packages/versions)" "$(lines_of packages/auto)"
  cat packages/holds 2>/dev/null | texts
  printf '},"files":'
  objects 'sha256 mode owner group bytes# path' <"$work/rows"
  printf ',"links":'
  objects 'path to' <"$work/links"
  printf ',"notListed":%s,"kept":' "$count"
  objects 'sha256 bytes# path' <"$work/kept"
  printf ',"oldPackages":'
  objects 'sha256 bytes# path' <"$work/packages"
  printf ',"dumps":[%s]}\n' "$(schemas)"
} >part.json.part
tr '\t' ' ' <"$work/kept" >part.list.part
mv part.json.part part.json
sync part.json part.list.part
mv part.list.part part.list
echo "$(wc -l <"$work/listed") files, $(wc -l <"$work/kept") sealed"
