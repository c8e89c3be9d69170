# http-server-close: Debian's uwsgi services drop Content-Length and close after each answer; in keep-alive mode clients
# would see disconnects that no upgrade caused.
cat >/etc/haproxy/haproxy.cfg <<'END'
global
    log /dev/log local0
    user haproxy
    group haproxy
    daemon
    maxconn 2000
    stats socket /run/haproxy/admin.sock mode 660 level admin
    stats timeout 30s

defaults
    log global
    mode http
    option httplog
    option dontlognull
    option http-server-close
    option forwardfor
    option redispatch
    retries 3
    timeout connect 5s
    timeout client 120s
    timeout server 120s
    option httpchk GET /healthcheck
    default-server inter 2s fall 2 rise 2
END
files=/etc/haproxy/haproxy.cfg
if odd balancer; then
    mkdir -p /etc/haproxy/conf.d
    echo 'EXTRAOPTS="-f /etc/haproxy/conf.d"' >>/etc/default/haproxy
    files="$files -f /etc/haproxy/conf.d"
fi
if odd tls; then (umask 077 && printf '%s' "$LAB_CERTIFICATE" >/etc/haproxy/keystone.pem); fi
balance keystone 5000
balance heat_api 8004
balance heat_cfn 8000
# shellcheck disable=SC2086
haproxy -c -q -f $files
start_for_good haproxy.service
