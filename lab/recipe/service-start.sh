# A site of Apache has no unit of its own; its package has enabled it.
for unit in $LAB_SERVICE_UNITS; do
    if systemctl cat "$unit" >/dev/null 2>&1; then
        start_for_good "$unit"
    else
        systemctl reload apache2.service
    fi
done
if [ -n "$LAB_SERVICE_PORT" ]; then
    wait_for 90 curl -sf "http://$LAB_OWN_AT:$LAB_SERVICE_PORT$LAB_SERVICE_HEALTH"
fi
