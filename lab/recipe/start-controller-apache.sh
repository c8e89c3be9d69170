start_for_good memcached.service apache2.service
wait_for 90 curl -sf "http://$LAB_OWN_AT:5000/v3"
start_for_good heat-api.service heat-api-cfn.service heat-engine.service
