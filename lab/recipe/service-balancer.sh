# One more front end and back end. Its health is asked where the service answers without a token.
cat >>/etc/haproxy/haproxy.cfg <<END

frontend ${LAB_SERVICE}_front
    bind *:$LAB_SERVICE_PORT
    default_backend $LAB_SERVICE

backend $LAB_SERVICE
    balance roundrobin
    option httpchk GET $LAB_SERVICE_HEALTH
    server ctl1 $LAB_CTL1:$LAB_SERVICE_PORT check
    server ctl2 $LAB_CTL2:$LAB_SERVICE_PORT check
END
haproxy -c -q -f /etc/haproxy/haproxy.cfg
systemctl reload haproxy.service
