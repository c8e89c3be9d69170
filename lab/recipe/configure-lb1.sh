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
add_service() { # NAME PORT
    cat >>/etc/haproxy/haproxy.cfg <<END

frontend $1_front
    bind *:$2
    default_backend $1

backend $1
    balance roundrobin
    server ctl1 $LAB_CTL1:$2 check
    server ctl2 $LAB_CTL2:$2 check
END
}
add_service keystone 5000
add_service heat_api 8004
add_service heat_cfn 8000
haproxy -c -q -f /etc/haproxy/haproxy.cfg
start_for_good haproxy.service
