# One more front end and back end. Its health is asked where the service answers without a token.
balance "$LAB_SERVICE" "$LAB_SERVICE_PORT" "$LAB_SERVICE_HEALTH"
systemctl reload haproxy.service
