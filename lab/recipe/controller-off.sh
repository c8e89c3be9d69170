# They would start unconfigured at the first boot and fill the journal with errors that nobody caused.
systemctl disable keystone.service heat-api.service heat-api-cfn.service heat-engine.service memcached.service
