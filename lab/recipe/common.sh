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

odd() { # NAME: whether the lab is set up so (lab/packages/oddities.ts)
    case " $LAB_ODD " in *" $1 "*) return 0 ;; esac
    return 1
}

# Programs of this script trust the lab's CA; what they configure has to be told.
if odd tls; then
    mkdir -p /etc/openstack
    printf '%s' "$LAB_CA" >/etc/openstack/ca.crt
    export CURL_CA_BUNDLE=/etc/openstack/ca.crt REQUESTS_CA_BUNDLE=/etc/openstack/ca.crt
fi

listen_on_ipv6() { # INI PORT: Debian's init scripts give uwsgi `:PORT`, which is IPv4 alone
    if odd ipv6; then sed -i "s/^\\[uwsgi\\]\$/&\nhttp-socket = $LAB_OWN_AT:$2/" "$1"; fi
}

balance() { # NAME PORT [HEALTH]: one more front end and back end of HAProxy
    file=/etc/haproxy/haproxy.cfg
    if odd balancer; then file=/etc/haproxy/conf.d/50-$1.cfg; fi
    every=*
    if odd ipv6; then every='[::]'; fi
    {
        printf '\nfrontend %s_front\n' "$1"
        if odd tls && [ "$1" = keystone ]; then
            printf '    bind %s:%s ssl crt /etc/haproxy/keystone.pem\n' "$every" "$2"
            printf '    http-request set-header X-Forwarded-Proto https\n'
        else
            printf '    bind %s:%s\n' "$every" "$2"
        fi
        printf '    default_backend %s\n\nbackend %s\n    balance roundrobin\n' "$1" "$1"
        if [ $# -gt 2 ]; then printf '    option httpchk GET %s\n' "$3"; fi
        printf '    server ctl1 %s:%s check\n    server ctl2 %s:%s check\n' "$LAB_CTL1_AT" "$2" "$LAB_CTL2_AT" "$2"
    } >>"$file"
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
