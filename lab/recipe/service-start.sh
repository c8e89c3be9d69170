# shellcheck disable=SC2086
start_for_good $LAB_SERVICE_UNITS
if [ -n "$LAB_SERVICE_PORT" ]; then
    wait_for 90 curl -sf "http://$LAB_OWN_AT:$LAB_SERVICE_PORT$LAB_SERVICE_HEALTH"
fi
