# Put before every script that configures a running host. LAB_* variables stand above it.
set -eu
umask 022

set_options() { # FILE, lines "section option value" on standard input: edits the file in place, comments stay
    python3 - "$1" 3<&0 <<'PYTHON'
import os, re, sys

path = sys.argv[1]
text = open(path).read()
for line in os.fdopen(3).read().splitlines():
    if not line.strip():
        continue
    section, option, value = line.split(' ', 2)
    wanted = f'{option} = {value}'
    if f'[{section}]\n' not in text:
        text = f'{text.rstrip()}\n\n[{section}]\n{wanted}\n'
        continue
    start = text.index(f'[{section}]\n') + len(section) + 3
    following = re.search(r'^\[', text[start:], re.M)
    end = start + following.start() if following else len(text)
    body = text[start:end]
    for pattern in (rf'^{option} ?=.*$', rf'^#{option} ?=.*$'):
        body, count = re.subn(pattern, lambda _: wanted, body, count=1, flags=re.M)
        if count:
            break
    else:
        body = f'{wanted}\n{body}'
    text = text[:start] + body + text[end:]
open(path, 'w').write(text)
PYTHON
}

start_for_good() { # UNIT...
    systemctl enable --quiet "$@" 2>/dev/null
    systemctl start "$@"
}

wait_for() { # SECONDS COMMAND...
    limit=$1
    shift
    for _ in $(seq "$limit"); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 1
    done
    echo "still not true after $limit s: $*" >&2
    return 1
}
