start_for_good "$LAB_SERVICE_UNIT"
wait_for 90 curl -sf "http://$LAB_OWN_AT:$LAB_SERVICE_PORT$LAB_SERVICE_HEALTH"
