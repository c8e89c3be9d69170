# A site of Apache has no unit of its own; its package has enabled it.
if systemctl cat "$LAB_SERVICE_UNIT" >/dev/null 2>&1; then
    start_for_good "$LAB_SERVICE_UNIT"
else
    systemctl reload apache2.service
fi
wait_for 90 curl -sf "http://$LAB_OWN_AT:$LAB_SERVICE_PORT$LAB_SERVICE_HEALTH"
